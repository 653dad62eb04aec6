package artifact

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// SortedInput returns the records of an input one by one, sorted even if someone edited
// the file. It belongs to one goroutine.
type SortedInput[T any] struct {
	stream       *Stream[T]
	inputs       *Inputs
	want         File
	manifestName string
	keyOf        func(T) (account string, organization int64)

	last  key
	given bool
	// edited are the records of a file that differs from its manifest: someone may have
	// reordered them.
	edited   []T
	isEdited bool
}

// OpenSorted opens an input whose records are sorted by account, then by organization
// (0 if there is none), without duplicates. The caller must close it, and may use what
// it read only after Finish has returned without an error.
func OpenSorted[T any](inputs *Inputs, name, manifestName string, parse func(raw jsontext.Value) (T, error), keyOf func(T) (account string, organization int64)) (*SortedInput[T], error) {
	want, err := inputs.expected(name, manifestName)
	if err != nil {
		return nil, err
	}
	s := &SortedInput[T]{inputs: inputs, want: want, manifestName: manifestName, keyOf: keyOf}
	if inputs.AllowEdited {
		if s.isEdited, err = inputs.Folder.differs(want, name); err != nil {
			return nil, err
		}
	}
	if s.stream, err = Open(inputs.Folder, name, parse); err != nil {
		return nil, err
	}
	if s.isEdited {
		err = s.sort()
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// differs reports whether the named file is of another version than the given one.
func (f Folder) differs(want File, name string) (bool, error) {
	source, err := os.Open(f.Path(name))
	if err != nil {
		return false, &Error{Name: name, Problem: "cannot be read", Err: err}
	}
	defer source.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, source); err != nil {
		return false, &Error{Name: name, Problem: "cannot be read", Err: err}
	}
	return hex.EncodeToString(digest.Sum(nil)) != want.SHA256, nil
}

func (s *SortedInput[T]) sort() error {
	for {
		record, err := s.stream.Next()
		if errors.Is(err, io.EOF) {
			slices.SortStableFunc(s.edited, func(a, b T) int { return s.key(a).compare(s.key(b)) })
			return nil
		}
		if err != nil {
			return err
		}
		s.edited = append(s.edited, record)
	}
}

// Next returns the next record, and io.EOF after the last one.
func (s *SortedInput[T]) Next() (record T, err error) {
	switch {
	case !s.isEdited:
		if record, err = s.stream.Next(); err != nil {
			return record, err
		}
	case len(s.edited) == 0:
		return record, io.EOF
	default:
		record, s.edited = s.edited[0], s.edited[1:]
	}
	at := s.key(record)
	switch order := s.last.compare(at); {
	case !s.given, order < 0:
	case s.isEdited:
		return record, &Error{Name: s.stream.name, Problem: "has two records of " + at.String(),
			Hint: "take one of them out, or run " + Command(s.stream.name) + " again"}
	default:
		return record, differs(s.stream.name, s.manifestName)
	}
	s.last, s.given = at, true
	return record, nil
}

func (s *SortedInput[T]) key(record T) key {
	account, organization := s.keyOf(record)
	return key{account, organization}
}

// Finish checks that the file, once read to its end, is the one that the stage of the
// manifest wrote.
func (s *SortedInput[T]) Finish() error {
	return s.inputs.accept(s.stream.File(), s.want, s.manifestName)
}

// Close stops reading at any point.
func (s *SortedInput[T]) Close() { s.stream.Close() }
