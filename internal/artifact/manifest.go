package artifact

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
)

// SchemaVersion is the version of manifests that this program reads and writes.
const SchemaVersion = 2

// Manifest describes what one run of a stage read and wrote.
type Manifest struct {
	SchemaVersion int          `json:"schema_version"`
	Stage         string       `json:"stage"`
	Flow          string       `json:"flow"`
	ToolVersion   string       `json:"tool_version"`
	Date          account.Date `json:"date"`
	StartedAt     time.Time    `json:"started_at"`
	FinishedAt    time.Time    `json:"finished_at"`
	// Source is the base URL that was read, without credentials.
	Source string `json:"source"`
	// GatheredAt is the earliest start of the gathers that the outputs are based on.
	GatheredAt time.Time `json:"gathered_at,omitzero"`
	// EndDate bounds the subscriptions and charges of customer accounts.
	EndDate account.Date `json:"end_date,omitempty"`
	// OfPlan is the plan_id that a sync applied.
	OfPlan   string         `json:"of_plan,omitempty"`
	Inputs   []File         `json:"inputs"`
	Outputs  []File         `json:"outputs"`
	Counts   map[string]int `json:"counts"`
	Warnings []Warning      `json:"warnings"`
}

// File is one version of a file. Path is relative to the data folder, or as
// given for files outside it.
type File struct {
	Path    string `json:"path"`
	SHA256  string `json:"sha256"`
	Records int    `json:"records"`
	// Commit is the commit that a file of a repository came from.
	Commit string `json:"commit,omitempty"`
}

// Warning is an oddity that did not stop the stage.
type Warning struct {
	Code         string     `json:"code"`
	Message      string     `json:"message"`
	SalesforceID account.ID `json:"salesforce_id,omitempty"`
	ID           int64      `json:"id,omitzero"`
}

// SortWarnings sorts warnings into the order that manifests use.
func SortWarnings(warnings []Warning) {
	slices.SortFunc(warnings, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.SalesforceID, b.SalesforceID),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Message, b.Message))
	})
}

// Base returns the manifest itself, also for documents that embed it.
func (m *Manifest) Base() *Manifest { return m }

// Document is a manifest, or a type that embeds one.
type Document interface{ Base() *Manifest }

// ReadManifest reads the named manifest into the document. A manifest that is missing,
// unreadable or of another version is an *Error.
func (f Folder) ReadManifest(name string, document Document) error {
	content, err := regular.ReadFile(f.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return f.missing(name)
	}
	if err == nil {
		err = jsonfault.Plain(json.Unmarshal(content, document))
	}
	if err != nil {
		return &Error{Name: name, Problem: "is not a readable manifest", Err: err, Hint: "run " + Command(name) + " again"}
	}
	if version := document.Base().SchemaVersion; version != SchemaVersion {
		return &Error{
			Name: name, Problem: fmt.Sprintf("has schema version %d, and this version of the program reads %d", version, SchemaVersion),
			Hint: "run salesforce, zendesk-gather, processor and compare again with this version; data folders of other versions cannot be used",
		}
	}
	return nil
}

func marshalManifest(document Document) ([]byte, error) {
	manifest := document.Base()
	manifest.SchemaVersion = SchemaVersion
	SortWarnings(manifest.Warnings)
	content, err := json.Marshal(document, json.Deterministic(true), jsontext.WithIndent("  "))
	return append(content, '\n'), err
}

// Error is an artifact that a stage cannot use: missing, unreadable, stale, edited or
// of another instance.
type Error struct {
	// Name is the artifact's name in the data folder.
	Name string
	// Problem says what is wrong with the artifact, Hint what to do.
	Problem, Hint string
	// Err is the underlying cause, if there is one.
	Err error
}

// missing returns the error for an artifact, or a whole folder, that does not exist.
func (f Folder) missing(name string) *Error {
	if _, err := os.Stat(string(f)); errors.Is(err, fs.ErrNotExist) {
		return &Error{
			Name: name, Problem: "is missing, and so is the data folder " + string(f),
			Hint: "give the folder of a run with --data-dir, or run " + Command(name) + " first", Err: fs.ErrNotExist,
		}
	}
	return &Error{Name: name, Problem: "is missing", Hint: "run " + Command(name) + " first", Err: fs.ErrNotExist}
}

// Error is one line.
func (e *Error) Error() string {
	line := e.Name + " " + e.Problem
	if e.Err != nil && !errors.Is(e.Err, fs.ErrNotExist) {
		line += ": " + e.Err.Error()
	}
	if e.Hint != "" {
		line += "; " + e.Hint
	}
	return line
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
