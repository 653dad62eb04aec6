package cli

import (
	"fmt"
	"io"
	"log/slog"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
)

// screen is what a command prints to. A reader that has gone (compare | head)
// does not stop the command: what it decided is written all the same, and the
// command fails in the end.
type screen struct {
	to  io.Writer
	err error
}

// Write keeps the first failure and reports none.
func (s *screen) Write(content []byte) (int, error) {
	if s.err == nil {
		_, s.err = s.to.Write(content)
	}
	return len(content), nil
}

// failed is the failure of a command whose other result is the error: results
// that could not be printed come before rows that are left (docs: Commands).
func (s *screen) failed(err error) error {
	code := exitCodeOf(err)
	if s.err == nil || (code != ExitDone && code != ExitLimit && code != ExitLeft) {
		return err
	}
	failed := fmt.Errorf("printing the results: %w; the files are written, `show` prints them again", s.err)
	if err != nil {
		failed = fmt.Errorf("%w; %w", failed, err)
	}
	return &codedError{ExitFailed, failed}
}

// logHandler writes logs as text or as JSON lines, in which durations are
// seconds.
func logHandler(to io.Writer, format string, level slog.Level) (slog.Handler, error) {
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

// wantsJSON reports whether every line on standard error is to be JSON, also
// when the command line is wrong and no flag counts.
func (a *app) wantsJSON(arguments []string) bool {
	at := slices.Index(arguments, "--log-format")
	return a.flags.logFormat == "json" || a.Getenv(variableNamed("log-format")) == "json" ||
		slices.Contains(arguments, "--log-format=json") || (at >= 0 && at+1 < len(arguments) && arguments[at+1] == "json")
}

// fail writes the error that ends the command as one line.
func (a *app) fail(err error, arguments []string) {
	line := redact.Printable(oneLine(err.Error()))
	if a.wantsJSON(arguments) {
		slog.New(slog.NewJSONHandler(a.Stderr, nil)).Error(line, "exit_code", int(exitCodeOf(err)))
		return
	}
	fmt.Fprintf(a.Stderr, "error: %s\n", line)
}
