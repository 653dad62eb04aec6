// Package clock is the time that everything which waits is given, so that
// tests can wait for hours in no time.
package clock

import (
	"context"
	"time"
)

// Clock tells the time and waits.
type Clock interface {
	// Now is the present instant.
	Now() time.Time
	// Sleep waits for the duration, or returns the context's cause when that
	// ends first. A duration of zero or less does not wait.
	Sleep(ctx context.Context, duration time.Duration) error
}

// System is the machine's clock.
type System struct{}

// Now is the machine's time.
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
