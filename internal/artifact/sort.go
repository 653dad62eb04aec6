package artifact

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/google/renameio/v2"
)

// runBytes is how many bytes of records are sorted in memory. More than that is written
// to a temporary file in sorted runs, which are then merged.
const runBytes = 8 << 20

// mergeBuffer is the memory for reading one run, in bytes.
const mergeBuffer = 32 << 10

// sorter sorts records, and keeps the order of those with equal keys, in an amount of
// memory that does not depend on their number.
type sorter struct {
	// path is the file's; the runs are stored beside it.
	path  string
	text  []byte
	index []position
	aside *renameio.PendingFile
	out   *bufio.Writer
	size  int64
	// ends are the offsets at which the stored runs end.
	ends []int64
}

// position is a record of the run in memory.
type position struct {
	key
	start, end int
}

func (s *sorter) add(next key, record []byte) error {
	if len(s.text)+len(record) > runBytes && len(s.index) > 0 {
		if err := s.setAside(); err != nil {
			return err
		}
	}
	start := len(s.text)
	s.text = append(s.text, record...)
	s.index = append(s.index, position{next, start, len(s.text)})
	return nil
}

// sorted returns the records in memory, sorted.
func (s *sorter) sorted() []position {
	slices.SortStableFunc(s.index, func(a, b position) int { return a.compare(b.key) })
	return s.index
}

// setAside appends the run in memory to the temporary file.
func (s *sorter) setAside() (err error) {
	if s.aside == nil {
		if s.aside, err = openPending(s.path); err != nil {
			return err
		}
		s.out = bufio.NewWriterSize(s.aside, readBuffer)
	}
	var head []byte
	for _, next := range s.sorted() {
		head = binary.AppendUvarint(head[:0], uint64(len(next.account)))
		head = append(head, next.account...)
		head = binary.AppendVarint(head, next.organization)
		head = binary.AppendUvarint(head, uint64(next.end-next.start))
		for _, part := range [][]byte{head, s.text[next.start:next.end]} {
			written, err := s.out.Write(part)
			if err != nil {
				return err
			}
			s.size += int64(written)
		}
	}
	s.ends = append(s.ends, s.size)
	s.text, s.index = s.text[:0], s.index[:0]
	return nil
}

// each passes the sorted records to the function, which may not keep them.
func (s *sorter) each(give func(key, []byte) error) error {
	if s.aside != nil {
		return s.merge(give)
	}
	for _, next := range s.sorted() {
		if err := give(next.key, s.text[next.start:next.end]); err != nil {
			return err
		}
	}
	return nil
}

func (s *sorter) merge(give func(key, []byte) error) error {
	if err := s.setAside(); err != nil {
		return err
	}
	if err := s.out.Flush(); err != nil {
		return err
	}
	s.text, s.index = nil, nil
	var runs []*run
	start := int64(0)
	for _, end := range s.ends {
		next := &run{in: bufio.NewReaderSize(io.NewSectionReader(s.aside, start, end-start), mergeBuffer)}
		if err := next.read(); err != nil {
			return err
		}
		runs, start = append(runs, next), end
	}
	for len(runs) > 0 {
		// Of records with equal keys, that of the earliest run comes first.
		first := slices.MinFunc(runs, func(a, b *run) int { return a.compare(b.key) })
		if err := give(first.key, first.record); err != nil {
			return err
		}
		if err := first.read(); errors.Is(err, io.EOF) {
			runs = slices.DeleteFunc(runs, func(next *run) bool { return next == first })
		} else if err != nil {
			return err
		}
	}
	return nil
}

// cleanup removes the temporary file.
func (s *sorter) cleanup() {
	if s.aside != nil {
		_ = s.aside.Cleanup()
	}
}

// run is a sorted run being read, positioned at its next record.
type run struct {
	key
	record []byte
	in     *bufio.Reader
}

// read moves to the next record; io.EOF is the end of the run.
func (r *run) read() error {
	account, err := r.bytes(nil)
	if err != nil {
		return err
	}
	r.account = string(account)
	if r.organization, err = binary.ReadVarint(r.in); err == nil {
		r.record, err = r.bytes(r.record)
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *run) bytes(into []byte) ([]byte, error) {
	length, err := binary.ReadUvarint(r.in)
	if err != nil {
		return nil, err
	}
	into = slices.Grow(into[:0], int(length))[:length]
	_, err = io.ReadFull(r.in, into)
	return into, err
}
