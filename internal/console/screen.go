// Package console is what a command shows while it works: results on one
// stream, logs and a line of progress on the other.
package console

import (
	"fmt"
	"io"
	"log/slog"
)

// Screen is what a command prints to. A reader that has gone (compare | head)
// does not stop the command: what it decided is written all the same, and the
// command fails in the end.
type Screen struct {
	To io.Writer
	// Err is the first failure.
	Err error
}

// Write keeps the first failure and reports none.
func (s *Screen) Write(content []byte) (int, error) {
	if s.Err == nil {
		_, s.Err = s.To.Write(content)
	}
	return len(content), nil
}

// LogHandler writes logs as text or as JSON lines, in which durations are
// seconds.
func LogHandler(to io.Writer, format string, level slog.Level) (slog.Handler, error) {
	switch format {
	case "text":
		return slog.NewTextHandler(to, &slog.HandlerOptions{Level: level}), nil
	case "json":
		return slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: secondsOf}), nil
	}
	return nil, fmt.Errorf("--log-format %q is not text or json", format)
}

func secondsOf(_ []string, attr slog.Attr) slog.Attr {
	if attr.Value.Kind() == slog.KindDuration {
		attr.Value = slog.Float64Value(attr.Value.Duration().Seconds())
	}
	return attr
}
