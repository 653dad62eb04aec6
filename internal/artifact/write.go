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

	"github.com/google/renameio/v2"
)

// WriteError is an artifact that could not be written. Those of the last
// success are as they were.
type WriteError struct {
	Name string
	Err  error
}

// Error is one line.
func (e *WriteError) Error() string {
	return "writing " + e.Name + ": " + e.Err.Error() + "; the files of the last run are unchanged: mend the folder or the disk and run again"
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
		return nil, &WriteError{name, err}
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
			return nil, &WriteError{file.name, err}
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
		return &WriteError{manifestName, err}
	}
	manifest, err := newPending(batch.folder.Path(manifestName))
	if err != nil {
		return &WriteError{manifestName, err}
	}
	defer manifest.Cleanup()
	if _, err := manifest.Write(content); err != nil {
		return &WriteError{manifestName, err}
	}
	for _, file := range batch.files {
		if err := file.pending.CloseAtomicallyReplace(); err != nil {
			return &WriteError{file.name, err}
		}
	}
	if err := manifest.CloseAtomicallyReplace(); err != nil {
		return &WriteError{manifestName, err}
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
	folder, base := filepath.Split(path)
	if err := os.MkdirAll(filepath.Clean(folder), folderMode); err != nil {
		return nil, err
	}
	leftovers, err := filepath.Glob(filepath.Join(folder, "."+base+"[0-9]*"))
	if err != nil {
		return nil, err
	}
	for _, leftover := range leftovers {
		if err := os.Remove(leftover); err != nil {
			return nil, err
		}
	}
	return renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Clean(folder)), renameio.WithStaticPermissions(fileMode))
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

// Append adds the record of an account; organization is the Zendesk id, 0
// where there is none.
func (file *RecordFile) Append(account string, organization int64, record []byte) error {
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
		return &WriteError{file.name, err}
	}
	if _, err := file.buffer.Write(record); err != nil {
		return &WriteError{file.name, err}
	}
	return nil
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
	pending, err := renameio.NewPendingFile(folder.Path(file.name),
		renameio.WithTempDir(filepath.Dir(folder.Path(file.name))), renameio.WithStaticPermissions(fileMode))
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
		if err := file.Append(next.account, next.organization, record); err != nil {
			return err
		}
	}
	return file.finish(folder)
}
