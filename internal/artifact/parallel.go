package artifact

import (
	"fmt"
	"runtime"

	"github.com/go-json-experiment/json/jsontext"
)

// batchRecords is the number of records that pass between goroutines at once.
const batchRecords = 64

// batch is a run of raw records and, once parsed, their values.
type batch[T any] struct {
	// first is the number of its first record, from 1.
	first  int
	text   []byte
	ends   []int
	values []T
	err    error
	parsed chan struct{}
}

// buffers returns the buffers of parsed batches to the scan, which would otherwise
// allocate hundreds of megabytes.
type buffers chan []byte

func (b buffers) take() []byte {
	select {
	case buffer := <-b:
		return buffer[:0]
	default:
		return nil
	}
}

func (b buffers) give(buffer []byte) {
	select {
	case b <- buffer:
	default:
	}
}

func (b *batch[T]) add(raw jsontext.Value) {
	b.text = append(b.text, raw...)
	b.ends = append(b.ends, len(b.text))
}

func (b *batch[T]) parse(parse func(raw jsontext.Value) (T, error)) {
	defer close(b.parsed)
	b.values = make([]T, 0, len(b.ends))
	start := 0
	for i, end := range b.ends {
		raw := jsontext.Value(b.text[start:end])
		value, err := parse(raw)
		if err != nil {
			b.err = &recordError{fmt.Sprintf("record %d%s: ", b.first+i, accountOf(raw)), err}
			return
		}
		b.values = append(b.values, value)
		start = end
	}
}

// start scans on one goroutine and parses on several; the batches arrive in the order
// of the file.
func (s *Stream[T]) start(decoder *jsontext.Decoder, parse func(raw jsontext.Value) (T, error)) {
	workers := min(runtime.GOMAXPROCS(0), 4)
	work := make(chan *batch[T], workers)
	free := make(buffers, 2*workers)
	s.inOrder, s.stop = make(chan *batch[T], 2*workers), make(chan struct{})
	s.running.Go(func() {
		defer close(s.inOrder)
		defer close(work)
		s.scanned = scanBatches(decoder, free, work, s.inOrder, s.stop)
	})
	for range workers {
		s.running.Go(func() {
			for next := range work {
				next.parse(parse)
				free.give(next.text)
			}
		})
	}
}

// errStopped ends a scan whose values are no longer read.
var errStopped = fmt.Errorf("reading was stopped")

func scanBatches[T any](decoder *jsontext.Decoder, free buffers, work, inOrder chan<- *batch[T], stop <-chan struct{}) error {
	next := &batch[T]{first: 1, parsed: make(chan struct{})}
	send := func() error {
		for _, to := range []chan<- *batch[T]{inOrder, work} {
			select {
			case to <- next:
			case <-stop:
				return errStopped
			}
		}
		next = &batch[T]{first: next.first + len(next.ends), text: free.take(), parsed: make(chan struct{})}
		return nil
	}
	err := scan(decoder, func(raw jsontext.Value) error {
		next.add(raw)
		if len(next.ends) < batchRecords {
			return nil
		}
		return send()
	})
	// Records before a fault are parsed too: one of them may have an earlier fault.
	if sent := send(); err == nil {
		err = sent
	}
	return err
}
