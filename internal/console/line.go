package console

import (
	"io"
	"sync"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Line is a terminal with a progress line at the bottom: other output is written above
// it, so that neither disturbs the other. It is safe for use by several goroutines.
type Line struct {
	// To is the terminal, Width its width in cells.
	To    io.Writer
	Width func() int

	mutex sync.Mutex
	shown bool
}

// clearLine moves to the start of the line and clears it.
const clearLine = "\r\x1b[K"

// Write writes above the progress line.
func (l *Line) Write(content []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.takeAway()
	return l.To.Write(content)
}

// draw shows the progress line, cut one cell short of the terminal's width so that it
// never wraps. An error does not stop the command.
func (l *Line) draw(line string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_, _ = io.WriteString(l.To, clearLine+text.Snip(line, max(l.Width()-1, 1), "…"))
	l.shown = true
}

func (l *Line) clear() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.takeAway()
}

func (l *Line) takeAway() {
	if l.shown {
		_, _ = io.WriteString(l.To, clearLine)
		l.shown = false
	}
}
