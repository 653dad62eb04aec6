// Package regular opens only regular files: a pipe, a device or a terminal in place of
// a file could block a command forever, and a link could redirect its writes.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"github.com/google/renameio/v2"
)

// mode is the mode of written files: only the owner may read them, because they name
// customers.
const mode = 0o600

var (
	// ErrNotRegular means that the path is not a file but a pipe, a device or a folder.
	ErrNotRegular = errors.New("it is not a regular file")
	// ErrLink means that the path is a link.
	ErrLink = errors.New("it is a symbolic link, which is not followed")
)

// Open opens a file without following a link in its place, and without blocking.
func Open(path string, flag int) (*os.File, error) {
	file, err := open(path, flag|syscall.O_NOFOLLOW)
	if errors.Is(err, syscall.ELOOP) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrLink}
	}
	return file, err
}

func open(path string, flag int) (*os.File, error) {
	file, err := os.OpenFile(path, flag|syscall.O_NONBLOCK, mode)
	if errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.EISDIR) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	if err != nil {
		return nil, err
	}
	about, err := file.Stat()
	if err == nil && !about.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// ReadFile reads a file without following a link in its place.
func ReadFile(path string) ([]byte, error) {
	file, err := Open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// largestGiven is the size limit for a file named by an operator, in bytes.
const largestGiven = 64 << 20

// ReadGiven reads a file named by an operator, following links. The error does not
// contain the name, which may be something else, such as a key.
func ReadGiven(path string) ([]byte, error) {
	file, err := open(path, os.O_RDONLY)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, largestGiven+1))
	if err == nil && len(content) > largestGiven {
		err = fmt.Errorf("it holds more than %d MB", largestGiven>>20)
	}
	return content, withoutPath(err)
}

func withoutPath(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// Write writes a file under a temporary name and then renames it, so that nobody sees
// half of it. If the path exists, it must be a file.
func Write(path string, content []byte) error {
	about, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case about.Mode()&fs.ModeSymlink != 0:
		return &fs.PathError{Op: "write", Path: path, Err: ErrLink}
	case !about.Mode().IsRegular():
		return &fs.PathError{Op: "write", Path: path, Err: ErrNotRegular}
	}
	pending, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(mode))
	if err != nil {
		return err
	}
	defer pending.Cleanup()
	if _, err := pending.Write(content); err != nil {
		return err
	}
	return pending.CloseAtomicallyReplace()
}

// IsName reports whether the text can be shown as the name of a file, existing or not.
// A key given in place of its file's name is longer than names are, or has other
// characters.
func IsName(text string) bool {
	const longestName, longestPart = 255, 40
	if _, err := os.Stat(text); err == nil {
		return true
	}
	if folder := filepath.Dir(text); folder != "." {
		if _, err := os.Stat(folder); err == nil {
			text = filepath.Base(text)
		}
	}
	if len(text) > longestName || strings.ContainsAny(text, "+=") || strings.ContainsFunc(text, unicode.IsControl) || strings.Contains(text, "-----BEGIN") {
		return false
	}
	for part := range strings.SplitSeq(text, "/") {
		if len(part) > longestPart && !strings.ContainsAny(part, ". ") {
			return false
		}
	}
	return true
}

// Contents returns the long words, lines of keys above all, of a text that is the
// content of a file and not its name; they are to be registered as secrets.
func Contents(text string) []string {
	const shortest = 20
	return slices.DeleteFunc(strings.Fields(strings.ReplaceAll(text, `\n`, "\n")), func(word string) bool { return len(word) < shortest })
}
