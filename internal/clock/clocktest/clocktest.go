// Package clocktest is a clock that tests control: sleeping on it moves it forward.
package clocktest

import (
	"context"
	"sync"
	"time"
)

// Clock starts at a given instant and moves only when someone sleeps on it or advances
// it. It is safe for use by several goroutines.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
	slept time.Duration
}

// New returns a clock set to the instant.
func New(now time.Time) *Clock { return &Clock{now: now} }

// Now returns the clock's instant.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the clock forward at once, unless the context has ended.
func (c *Clock) Sleep(ctx context.Context, duration time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if duration > 0 {
		c.mu.Lock()
		c.slept += duration
		c.now = c.now.Add(duration)
		c.mu.Unlock()
	}
	return nil
}

// Advance moves the clock forward.
func (c *Clock) Advance(duration time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(duration)
	c.mu.Unlock()
}

// Slept returns the sum of all sleeps.
func (c *Clock) Slept() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.slept
}
