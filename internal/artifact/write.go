package artifact

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// WriteError is a failure to write artifacts. The files of the last success are
// unchanged, unless some were already replaced: then the old manifest makes every stage
// refuse them.
type WriteError struct {
	Name string
	Err  error

	replaced bool
}

// Error is one line.
func (e *WriteError) Error() string {
	left := "the files of the last run are unchanged"
	if e.replaced {
		left = "some files are of this run and lack their manifest, so no stage takes them"
	}
	return "writing " + e.Name + ": " + e.Err.Error() + "; " + left + ": fix the folder or the disk and run again"
}

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

const (
	fileMode   = 0o600
	folderMode = 0o700
)

// Batch is a set of files that appear together: all of them when the stage succeeds,
// none before that.
type Batch struct {
	folder Folder
	files  []*RecordFile
}

// NewBatch starts a set of files.
func (f Folder) NewBatch() *Batch { return &Batch{folder: f} }

// Create starts a record file whose records may be appended in any order; the file is
// sorted by account, then by organization.
func (b *Batch) Create(name string) (*RecordFile, error) {
	file, err := b.CreateSorted(name)
	if err == nil {
		file.sorter = &sorter{path: b.folder.Path(name)}
	}
	return file, err
}

// CreateSorted starts a record file whose records are appended in order, so that none
// need to be kept for sorting.
func (b *Batch) CreateSorted(name string) (*RecordFile, error) {
	pending, err := newPending(b.folder.Path(name))
	if err != nil {
		return nil, &WriteError{Name: name, Err: err}
	}
	file := &RecordFile{name: name, pending: pending, digest: sha256.New()}
	file.buffer = bufio.NewWriterSize(io.MultiWriter(pending, file.digest), readBuffer)
	b.files = append(b.files, file)
	return file, nil
}

// Finish completes the record files and returns their versions. The files have their
// names only after Commit.
func (b *Batch) Finish() ([]File, error) {
	var files []File
	for _, file := range b.files {
		if err := file.finish(); err != nil {
			return nil, &WriteError{Name: file.name, Err: err}
		}
		files = append(files, File{Path: file.name, SHA256: hex.EncodeToString(file.digest.Sum(nil)), Records: file.records})
	}
	return files, nil
}

// Commit gives all files their names, the manifest last, so that a mixture of two runs
// is never accepted.
func (b *Batch) Commit(manifestName string, document Document) error {
	content, err := marshalManifest(document)
	if err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	manifest, err := newPending(b.folder.Path(manifestName))
	if err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	defer manifest.Cleanup()
	if _, err := manifest.Write(content); err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	// If the disk is full, this fails before the first file is replaced.
	if err := manifest.Sync(); err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	for i, file := range b.files {
		if err := file.pending.CloseAtomicallyReplace(); err != nil {
			return &WriteError{Name: file.name, Err: err, replaced: i > 0}
		}
	}
	if err := manifest.CloseAtomicallyReplace(); err != nil {
		return &WriteError{Name: manifestName, Err: err, replaced: len(b.files) > 0}
	}
	return nil
}

// Cleanup removes what was not committed.
func (b *Batch) Cleanup() {
	for _, file := range b.files {
		if file.sorter != nil {
			file.sorter.cleanup()
		}
		// After a Commit the files are no longer there to remove, which is not a
		// failure.
		_ = file.pending.Cleanup()
	}
}

// newPending starts a file under a temporary name beside its own, and removes the
// temporary files that killed runs left.
func newPending(path string) (*renameio.PendingFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return nil, err
	}
	if err := removeLeftovers(path); err != nil {
		return nil, err
	}
	return openPending(path)
}

func openPending(path string) (*renameio.PendingFile, error) {
	return renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(fileMode))
}

// removeLeftovers removes the temporary files of the path, which are named with a dot,
// its name and a number.
func removeLeftovers(path string) error {
	folder := filepath.Dir(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		number, ok := strings.CutPrefix(entry.Name(), "."+filepath.Base(path))
		if !ok || number == "" || strings.Trim(number, "0123456789") != "" {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
