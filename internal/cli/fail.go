package cli

import (
	"fmt"
	"log/slog"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/flags"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
)

// printedOr returns the error that a command ends with, where err is its other result:
// results that could not be printed take precedence over unfinished rows (README.md,
// Exit codes).
func printedOr(unprinted, err error) error {
	code := exitCodeOf(err)
	if unprinted == nil || (code != ExitDone && code != ExitLimit && code != ExitUnfinished) {
		return err
	}
	failed := fmt.Errorf("printing the results: %w; the files were written", unprinted)
	if err != nil {
		failed = fmt.Errorf("%w; %w", failed, err)
	}
	return &unprintedError{failed}
}

// wantsJSON reports whether every line on standard error is to be JSON. It also works
// for a faulty command line, whose flags were not parsed.
func (a *app) wantsJSON(arguments []string) bool {
	at := slices.Index(arguments, "--log-format")
	return a.flags.logFormat == "json" || a.Getenv(flags.Variable("log-format")) == "json" ||
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
