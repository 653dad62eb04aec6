// Package stage holds the stages of the suite. Each is a function of a context,
// a Run, its options and the services it needs; it reads artifacts and services,
// decides, and writes artifacts. Nothing here knows flags, environment variables,
// exit codes or the screen.
package stage

import (
	"log/slog"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Run is what every stage works in.
type Run struct {
	Folder artifact.Folder
	// Day is the day that everything is decided for, in UTC.
	Day   account.Date
	Clock clock.Clock
	Log   *slog.Logger
	// Version is the program's, for manifests.
	Version string
	// Started is when the command began.
	Started  time.Time
	Progress Progress
	// Requests reports what has been asked of all services so far.
	Requests func() transport.Stats
}

// Progress is told how far a long stage is.
type Progress interface {
	// Expect gives how many are to be done, 0 when nobody knows.
	Expect(all int)
	// Update gives how many are done.
	Update(what string, done int)
	// End takes the progress away.
	End()
}

// UsageError is a file or an option that people gave and that cannot be used:
// they have to change it before the stage can run.
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
