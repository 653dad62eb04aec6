package strictyaml

import (
	"errors"
	"fmt"
)

// mostProblems is how many problems of a file are reported.
const mostProblems = 100

// Problems are the problems of a file. The first hundred are reported, the others
// counted.
type Problems struct {
	told []error
	more int
}

// Add adds a problem; nil is ignored.
func (p *Problems) Add(err error) {
	switch {
	case err == nil:
	case len(p.told) < mostProblems:
		p.told = append(p.told, err)
	default:
		p.more++
	}
}

// Any reports whether there is a problem.
func (p *Problems) Any() bool { return len(p.told) > 0 }

// Err returns the problems as one error, nil if there are none.
func (p *Problems) Err() error {
	if p.more > 0 {
		return errors.Join(append(p.told, fmt.Errorf("%d more problems", p.more))...)
	}
	return errors.Join(p.told...)
}
