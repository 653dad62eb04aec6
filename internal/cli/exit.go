package cli

import (
	"errors"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/settings"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// ExitCode is the exit code of a command (README.md, Exit codes). If several apply, the
// first of 4, 2, 1, 3, 5 wins.
type ExitCode int

// The exit codes; the README has the same list.
const (
	// ExitDone is success.
	ExitDone ExitCode = 0
	// ExitFailed is any other failure.
	ExitFailed ExitCode = 1
	// ExitUsage is wrong usage or configuration, including errors in plans.yaml or the
	// overrides file.
	ExitUsage ExitCode = 2
	// ExitLimit is a plan that exceeds a limit, or rows skipped because of one.
	ExitLimit ExitCode = 3
	// ExitArtifact is an artifact that is missing, unreadable, stale, edited, or
	// for another instance.
	ExitArtifact ExitCode = 4
	// ExitUnfinished is a sync that finished with failed or unfinished rows.
	ExitUnfinished ExitCode = 5
)

// unprintedError is a command whose results could not be printed.
type unprintedError struct{ err error }

func (e *unprintedError) Error() string { return e.err.Error() }

func (e *unprintedError) Unwrap() error { return e.err }

func usageError(err error) error {
	if err == nil {
		return nil
	}
	return &stage.UsageError{Err: err}
}

// exitCodeOf finds the code of an error.
func exitCodeOf(err error) ExitCode {
	if err == nil {
		return ExitDone
	}
	var (
		unusable   *artifact.Error
		wrong      *settings.Error
		usage      *stage.UsageError
		unprinted  *unprintedError
		overLimit  *stage.OverLimitError
		unfinished *stage.UnfinishedError
	)
	switch {
	case errors.As(err, &unusable):
		return ExitArtifact
	case errors.As(err, &wrong), errors.As(err, &usage):
		return ExitUsage
	case errors.As(err, &unprinted):
		return ExitFailed
	case errors.As(err, &overLimit):
		return ExitLimit
	case errors.As(err, &unfinished):
		return ExitUnfinished
	}
	return ExitFailed
}
