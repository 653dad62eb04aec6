// Package clock is the time that is passed to everything that waits, so that tests can
// wait for hours in an instant.
package clock

import (
	"context"
	"time"
)

// Clock tells the time and waits.
type Clock interface {
	// Now returns the present instant.
	Now() time.Time
	// Sleep waits for the duration, or returns the context's cause if that ends first.
	// It does not wait for a duration of zero or less.
	Sleep(ctx context.Context, duration time.Duration) error
}

// System is the machine's clock.
type System struct{}

// Now returns the machine's time.
func (System) Now() time.Time { return time.Now() }

// Sleep waits in real time.
func (System) Sleep(ctx context.Context, duration time.Duration) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if duration <= 0 {
		return nil
	}
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
