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

// Text is a file that people write: plans.yaml, the overrides, protected ids.
type Text struct {
	// Name is shown in errors: a path, or where in GitLab the file is.
	Name    string
	Content string
	// Commit and Source are those of a file from GitLab: what it was read from, and
	// the base URL.
	Commit, Source string

	// saved is a text that the processor's manifest holds.
	saved bool
}

// ReadText reads a file outside the data folder; the flag is the one that names
// it. What is wrong is a UsageError.
func ReadText(path, flag string) (Text, error) {
	content, err := regular.ReadGiven(path)
	if err == nil && bytes.Contains(content, []byte("PRIVATE KEY-----")) {
		// What is wrong with such a file would be told with its words.
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

// ParsePlans reads plans.yaml. What is wrong with it is a UsageError.
func (t Text) ParsePlans() (*products.Catalog, error) {
	plans, err := products.Parse(t.Name, []byte(t.Content))
	return plans, t.fault("plans", err)
}

// ParseOverrides reads the overrides file. What is wrong with it is a
// UsageError.
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
