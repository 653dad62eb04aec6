// Package stage holds the stages of the suite. Each is a function of a context,
// a Run, its options and the services it needs; it reads artifacts and services,
// decides, and writes artifacts. It does not know flags, environment variables, exit
// codes or the screen.
package stage

import (
	"log/slog"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Run is the environment of a stage.
type Run struct {
	Folder artifact.Folder
	// Day is the day of the run, in UTC.
	Day   account.Date
	Clock clock.Clock
	Log   *slog.Logger
	// Version is the program's, for manifests.
	Version string
	// Started is when the command began.
	Started  time.Time
	Progress Progress
	// Requests returns the numbers of requests to all services so far.
	Requests func() transport.Stats
}

// Progress shows how far a long stage is.
type Progress interface {
	// Expect sets the total, 0 if it is not known.
	Expect(all int)
	// Update sets how many are done.
	Update(what string, done int)
	// End removes the progress.
	End()
}

// UsageError is the error of a given file or option that cannot be used: it has to be
// changed before the stage can run.
type UsageError struct{ Err error }

// Error is the cause's text.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

func usageError(err error) error {
	if err == nil {
		return nil
	}
	return &UsageError{err}
}
