// Package console is what a command prints while it works: results on one stream, logs
// and a progress line on the other.
package console

import (
	"fmt"
	"io"
	"log/slog"
)

// Screen is what a command prints to. If its reader has gone (compare | head), the
// command goes on: it writes its artifacts all the same, and fails at the end.
type Screen struct {
	To io.Writer
	// Err is the first failure.
	Err error
}

// Write remembers the first failure and reports none.
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
