package stage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
)

// Text is a file written by people: plans.yaml, the overrides, protected ids.
type Text struct {
	// Name is used in errors: a path, or the place of the file in GitLab.
	Name    string
	Content string
	// Commit and Source are the commit and the base URL of a file from GitLab.
	Commit, Source string

	// saved marks a text from the processor's manifest.
	saved bool
}

// ReadText reads a file outside the data folder, named by the flag. Its errors are
// UsageErrors.
func ReadText(path, flag string) (Text, error) {
	content, err := regular.ReadGiven(path)
	if err == nil && bytes.Contains(content, []byte("PRIVATE KEY-----")) {
		// The errors of such a file would quote it.
		err = errors.New("it holds a private key")
	}
	if err != nil {
		name := "the file"
		if regular.IsName(path) {
			name = path
		}
		return Text{}, usageError(fmt.Errorf("reading --%s: %s: %w; give the path of a file that can be read", flag, name, err))
	}
	return Text{Name: path, Content: string(content)}, nil
}

// savedTexts returns the texts of the processor's last run.
func savedTexts(document *ProcessorDocument) (plans, entries Text) {
	return Text{Name: "plans.yaml of " + artifact.ProcessorManifest, Content: document.Plans, saved: true},
		Text{Name: "overrides of " + artifact.ProcessorManifest, Content: document.Overrides, saved: true}
}

// ParsePlans reads plans.yaml. Its errors are UsageErrors.
func (t Text) ParsePlans() (*products.Catalog, error) {
	plans, err := products.Parse(t.Name, []byte(t.Content))
	return plans, t.fault("plans", err)
}

// ParseOverrides reads the overrides file. Its errors are UsageErrors.
func (t Text) ParseOverrides() (*overrides.Overrides, error) {
	entries, err := overrides.Parse(t.Name, []byte(t.Content))
	return entries, t.fault("overrides", err)
}

func (t Text) fault(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case t.saved:
		return &artifact.Error{Name: artifact.ProcessorManifest, Problem: "has unreadable " + what, Err: err, Hint: "run processor again"}
	}
	return usageError(err)
}

// file is the text as an input of a manifest.
func (t Text) file(records int) artifact.File {
	digest := sha256.Sum256([]byte(t.Content))
	return artifact.File{Path: t.Name, SHA256: hex.EncodeToString(digest[:]), Records: records, Commit: t.Commit}
}
