package artifact

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// WriteError is an artifact that could not be written. Those of the last
// success are as they were, unless some were replaced already: then their old
// manifest keeps every stage from taking them.
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
	return "writing " + e.Name + ": " + e.Err.Error() + "; " + left + ": mend the folder or the disk and run again"
}

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

const (
	fileMode   = 0o600
	folderMode = 0o700
)

// Batch is a set of files that appear together: all of them when the stage
// succeeds, none before.
type Batch struct {
	folder Folder
	files  []*RecordFile
}

// NewBatch begins a set of files.
func (folder Folder) NewBatch() *Batch { return &Batch{folder: folder} }

// Create begins a record file.
func (batch *Batch) Create(name string) (*RecordFile, error) {
	pending, err := newPending(batch.folder.Path(name))
	if err != nil {
		return nil, &WriteError{Name: name, Err: err}
	}
	file := &RecordFile{name: name, pending: pending, digest: sha256.New()}
	file.buffer = bufio.NewWriterSize(io.MultiWriter(pending, file.digest), readBuffer)
	batch.files = append(batch.files, file)
	return file, nil
}

// Finish completes the record files and returns their versions. They are
// under their names only after Commit.
func (batch *Batch) Finish() ([]File, error) {
	var files []File
	for _, file := range batch.files {
		if err := file.finish(batch.folder); err != nil {
			return nil, &WriteError{Name: file.name, Err: err}
		}
		files = append(files, File{Path: file.name, SHA256: hex.EncodeToString(file.digest.Sum(nil)), Records: len(file.index)})
	}
	return files, nil
}

// Commit puts all files under their names, the manifest last, so that files
// of two runs are never taken for one.
func (batch *Batch) Commit(manifestName string, document Document) error {
	content, err := marshalManifest(document)
	if err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	manifest, err := newPending(batch.folder.Path(manifestName))
	if err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	defer manifest.Cleanup()
	if _, err := manifest.Write(content); err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	// Whatever a full disk refuses, it refuses before the first file is
	// replaced.
	if err := manifest.Sync(); err != nil {
		return &WriteError{Name: manifestName, Err: err}
	}
	for i, file := range batch.files {
		if err := file.pending.CloseAtomicallyReplace(); err != nil {
			return &WriteError{Name: file.name, Err: err, replaced: i > 0}
		}
	}
	if err := manifest.CloseAtomicallyReplace(); err != nil {
		return &WriteError{Name: manifestName, Err: err, replaced: len(batch.files) > 0}
	}
	return nil
}

// Cleanup removes what was not committed.
func (batch *Batch) Cleanup() {
	for _, file := range batch.files {
		// Removing what is gone already, after a Commit, is no failure.
		_ = file.pending.Cleanup()
	}
}

// newPending begins a file under a temporary name beside its own, and removes
// what a killed run left of earlier ones.
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

// removeLeftovers removes the temporary files of the path: a dot, its name and
// a number.
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

// RecordFile is a record file being written. Records may come in any order;
// they end up sorted by account, then by organization.
type RecordFile struct {
	name     string
	pending  *renameio.PendingFile
	buffer   *bufio.Writer
	digest   hash.Hash
	index    []position
	offset   int64
	unsorted bool
}

type position struct {
	account      string
	organization int64
	offset       int64
	length       int
}

func comparePositions(a, b position) int {
	return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.organization, b.organization))
}

// Append adds the record of an account, as strictjson.Marshal writes it;
// organization is the Zendesk id, 0 where there is none.
func (file *RecordFile) Append(account string, organization int64, record any) error {
	line, err := strictjson.Marshal(record)
	if err == nil {
		err = file.write(account, organization, line)
	}
	if err != nil {
		return &WriteError{Name: file.name, Err: err}
	}
	return nil
}

func (file *RecordFile) write(account string, organization int64, record []byte) error {
	next := position{account: account, organization: organization, length: len(record)}
	separator := "[\n"
	if count := len(file.index); count > 0 {
		separator = ",\n"
		file.unsorted = file.unsorted || comparePositions(file.index[count-1], next) > 0
	}
	next.offset = file.offset + int64(len(separator))
	file.offset = next.offset + int64(len(record))
	file.index = append(file.index, next)
	if _, err := file.buffer.WriteString(separator); err != nil {
		return err
	}
	_, err := file.buffer.Write(record)
	return err
}

// finish ends the array and makes sure that it is on the disk.
func (file *RecordFile) finish(folder Folder) error {
	end := "\n]\n"
	if len(file.index) == 0 {
		end = "[]\n"
	}
	if _, err := file.buffer.WriteString(end); err != nil {
		return err
	}
	if err := file.buffer.Flush(); err != nil {
		return err
	}
	if file.unsorted {
		if err := file.sort(folder); err != nil {
			return err
		}
	}
	return file.pending.Sync()
}

// sort writes the records once more, in order. Only their positions are held
// in memory.
func (file *RecordFile) sort(folder Folder) error {
	unsorted := file.pending
	defer unsorted.Cleanup()
	index := file.index
	slices.SortStableFunc(index, comparePositions)
	pending, err := openPending(folder.Path(file.name))
	if err != nil {
		return err
	}
	file.pending, file.index, file.offset, file.unsorted = pending, nil, 0, false
	file.digest.Reset()
	file.buffer.Reset(io.MultiWriter(pending, file.digest))
	var record []byte
	for _, next := range index {
		record = slices.Grow(record[:0], next.length)[:next.length]
		if _, err := unsorted.ReadAt(record, next.offset); err != nil {
			return err
		}
		if err := file.write(next.account, next.organization, record); err != nil {
			return err
		}
	}
	return file.finish(folder)
}
