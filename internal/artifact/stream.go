package artifact

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
)

// readBuffer is large enough for files of hundreds of megabytes.
const readBuffer = 64 << 10

// Stream returns the records of a file one by one, so that several files can be read
// side by side. It belongs to one goroutine.
type Stream[T any] struct {
	name    string
	source  *os.File
	digest  hash.Hash
	records int

	// inOrder delivers the batches; stop tells the goroutines that make them to end.
	inOrder chan *batch[T]
	stop    chan struct{}
	running sync.WaitGroup
	closed  sync.Once
	// scanned is the error that ended the scan; it is set when inOrder is closed.
	scanned error

	// values are the rest of the current batch; they are followed by err if it is not
	// nil.
	values []T
	err    error
}

// Open opens the named file: parse turns each record into a value, on several
// goroutines at once and without keeping the raw bytes. The caller must close the
// stream.
func Open[T any](folder Folder, name string, parse func(raw jsontext.Value) (T, error)) (*Stream[T], error) {
	source, err := regular.Open(folder.Path(name), os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, folder.missing(name)
	}
	if err != nil {
		return nil, &Error{Name: name, Problem: "cannot be read", Err: err}
	}
	stream := &Stream[T]{name: name, source: source, digest: sha256.New()}
	decoder := jsontext.NewDecoder(io.TeeReader(bufio.NewReaderSize(source, readBuffer), stream.digest),
		// The parsers refuse duplicate names; a second check would cost time.
		jsontext.AllowDuplicateNames(true))
	stream.start(decoder, parse)
	return stream, nil
}

// Next returns the next record, and io.EOF after the last one. A record that
// cannot be parsed is an *Error that names it.
func (s *Stream[T]) Next() (value T, err error) {
	for len(s.values) == 0 && s.err == nil {
		next, more := <-s.inOrder
		switch {
		case more:
			<-next.parsed
			s.values, s.err = next.values, next.err
		case s.scanned != nil:
			s.err = s.scanned
		default:
			s.err = io.EOF
		}
	}
	if len(s.values) > 0 {
		value, s.values = s.values[0], s.values[1:]
		s.records++
		return value, nil
	}
	var unreadable *recordError
	if errors.As(s.err, &unreadable) {
		s.err = &Error{Name: s.name, Problem: "is not a readable artifact", Err: s.err, Hint: "run " + Command(s.name) + " again"}
	}
	return value, s.err
}

// File returns the version of the file that was read. It is known once Next has
// returned io.EOF.
func (s *Stream[T]) File() File {
	return File{Path: s.name, SHA256: hex.EncodeToString(s.digest.Sum(nil)), Records: s.records}
}

// Close stops reading at any point.
func (s *Stream[T]) Close() {
	s.closed.Do(func() {
		close(s.stop)
		s.running.Wait()
		// The file was only read, so closing it cannot lose anything.
		_ = s.source.Close()
	})
}
