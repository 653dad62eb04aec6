package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// assets are the parts of the page: one file when it is written, which refers
// to nothing outside itself.
//
//go:embed page.gohtml page.css page.js
var assets embed.FS

// HTML writes the model as one file that a browser shows without a network: a
// plan, its outcomes, or an impact. It says what it must without scripts too.
func HTML(w io.Writer, model report.Model) error {
	style, err := assets.ReadFile("page.css")
	if err != nil {
		return err
	}
	script, err := assets.ReadFile("page.js")
	if err != nil {
		return err
	}
	written, err := template.ParseFS(assets, "page.gohtml")
	if err != nil {
		return err
	}
	digest := sha256.Sum256(script)
	view := viewOf(model)
	// Both come from this package, not from the model.
	view.Style, view.Script = template.CSS(style), template.JS(script)
	view.ScriptDigest = "sha256-" + base64.StdEncoding.EncodeToString(digest[:])
	return written.Execute(w, view)
}
