package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Inputs is what one run of a stage reads. Each file is checked against the manifest of
// the stage that wrote it, and finally the files are checked against each other.
type Inputs struct {
	Folder Folder
	// AllowEdited accepts files that differ from their manifest, or have none.
	AllowEdited bool

	files     []File
	manifests []namedManifest
}

type namedManifest struct {
	name string
	*Manifest
}

// ReadInput streams the records of the named file as Read does, and checks that the
// stage of the manifest wrote them. The caller may use what it read only if ReadInput
// returns no error.
func ReadInput[T any](inputs *Inputs, name, manifestName string, parse func(raw jsontext.Value) (T, error), each func(T) error) error {
	want, err := inputs.expected(name, manifestName)
	if err != nil {
		return err
	}
	got, err := Read(inputs.Folder, name, parse, each)
	if err != nil {
		return err
	}
	return inputs.accept(got, want, manifestName)
}

// accept records the version of a file that was read, if the manifest has the same one.
func (i *Inputs) accept(got, want File, manifestName string) error {
	if !i.AllowEdited && got.SHA256 != want.SHA256 {
		return differs(got.Path, manifestName)
	}
	i.files = append(i.files, got)
	return nil
}

func differs(name, manifestName string) *Error {
	return &Error{Name: name, Problem: "does not match " + manifestName + ", so it was edited or belongs to another run",
		Hint: "run " + Command(name) + " again, or pass --allow-edited if the change is meant"}
}

// Missing reports whether the named file does not exist, for inputs that are optional.
func (i *Inputs) Missing(name string) bool {
	_, err := os.Stat(i.Folder.Path(name))
	return errors.Is(err, fs.ErrNotExist)
}

// Add records an input that no stage writes.
func (i *Inputs) Add(file File) { i.files = append(i.files, file) }

// Files returns the files that were read, in the order of reading.
func (i *Inputs) Files() []File { return i.files }

// Manifest returns the named manifest. With AllowEdited a missing one is
// empty.
func (i *Inputs) Manifest(name string) (*Manifest, error) {
	for _, known := range i.manifests {
		if known.name == name {
			return known.Manifest, nil
		}
	}
	manifest := &Manifest{}
	err := i.Folder.ReadManifest(name, manifest)
	if err != nil && (!i.AllowEdited || !errors.Is(err, fs.ErrNotExist)) {
		return nil, err
	}
	i.manifests = append(i.manifests, namedManifest{name, manifest})
	return manifest, nil
}

func (i *Inputs) expected(name, manifestName string) (File, error) {
	if i.Missing(name) {
		return File{}, i.Folder.missing(name)
	}
	manifest, err := i.Manifest(manifestName)
	if err != nil {
		return File{}, err
	}
	for _, output := range manifest.Outputs {
		if output.Path == name {
			return output, nil
		}
	}
	if i.AllowEdited {
		return File{}, nil
	}
	return File{}, &Error{Name: name, Problem: "is not among the outputs of " + manifestName,
		Hint: "run " + Command(name) + " again, or pass --allow-edited"}
}

// CheckDates refuses manifests of any day but the given one.
func (i *Inputs) CheckDates(date account.Date) error {
	for _, manifest := range i.manifests {
		if manifest.Date != "" && manifest.Date != date {
			return &Error{Name: manifest.name, Problem: fmt.Sprintf("is of %s, not of %s", manifest.Date, date),
				Hint: fmt.Sprintf("run %s again, or replay the day with --date %s, or pass --allow-stale", Command(manifest.name), manifest.Date)}
		}
	}
	return nil
}

// CheckVersions refuses inputs that are based on different versions of one file
// (docs/rules.md, Inputs that belong together).
func (i *Inputs) CheckVersions() error {
	versions := map[string]File{}
	users := map[string]string{}
	note := func(file File, user string) error {
		if known, ok := versions[file.Path]; ok && known.SHA256 != file.SHA256 {
			return &Error{Name: file.Path, Problem: fmt.Sprintf("has changed: %s and %s rest on different versions of it", users[file.Path], user),
				Hint: "run the stages that read it again, or pass --allow-stale"}
		}
		versions[file.Path], users[file.Path] = file, user
		return nil
	}
	for _, file := range i.files {
		if err := note(file, "this run"); err != nil {
			return err
		}
	}
	for _, manifest := range i.manifests {
		for _, file := range slices.Concat(manifest.Inputs, manifest.Outputs) {
			if err := note(file, manifest.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// GatheredAt returns the earliest start of the gathers that the inputs are based on,
// zero if unknown.
func (i *Inputs) GatheredAt() time.Time {
	var earliest time.Time
	for _, manifest := range i.manifests {
		if at := manifest.GatheredAt; !at.IsZero() && (earliest.IsZero() || at.Before(earliest)) {
			earliest = at
		}
	}
	return earliest
}
