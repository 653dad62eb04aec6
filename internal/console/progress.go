package console

import (
	"fmt"
	"log/slog"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
)

const (
	// reportEvery is how often progress is logged where there is no terminal.
	reportEvery = 10 * time.Second
	// drawEvery is how often its line moves on a terminal.
	drawEvery = 200 * time.Millisecond
)

// Progress shows how far a long stage is: a line that moves on a
// terminal, a logged one every now and then elsewhere.
type Progress struct {
	line   *Line
	clock  clock.Clock
	logger *slog.Logger
	what   string
	began  time.Time
	told   time.Time
	// all is how many are to be done; 0 when nobody knows.
	all int
}

// NewProgress draws on the line, or logs where there is none.
func NewProgress(line *Line, clock clock.Clock, logger *slog.Logger) *Progress {
	now := clock.Now()
	return &Progress{line: line, clock: clock, logger: logger, began: now, told: now}
}

// Expect gives how many are to be done.
func (p *Progress) Expect(all int) { p.all = all }

// Update gives how many are done.
func (p *Progress) Update(what string, done int) {
	now, every := p.clock.Now(), reportEvery
	if p.line != nil {
		every = drawEvery
	}
	if p.what != "" && p.what != what {
		p.began, p.told = now, now
	}
	first := p.what != what
	p.what = what
	if now.Sub(p.told) < every && (p.line == nil || !first) {
		return
	}
	p.told = now
	if p.line != nil {
		p.line.draw(p.status(what, done, now.Sub(p.began)))
		return
	}
	elapsed := now.Sub(p.began)
	attributes := []any{"done", done, "per_second", int(float64(done) / elapsed.Seconds())}
	if p.all > 0 {
		attributes = append(attributes, "left", p.left(done), "expected_end", now.Add(p.takes(done, elapsed)).UTC().Format(time.TimeOnly))
	}
	p.logger.Info(what, attributes...)
}

// status is the line of a terminal. A rate takes a second to be one.
func (p *Progress) status(what string, done int, elapsed time.Duration) string {
	status := fmt.Sprintf("%s: %d", what, done)
	if p.all > 0 {
		status += fmt.Sprintf(" of %d (%d%%)", p.all, min(100*done/p.all, 100))
	}
	if elapsed < time.Second {
		return status
	}
	status += fmt.Sprintf(", %.0f/s", float64(done)/elapsed.Seconds())
	if p.all > 0 && done > 0 {
		status += fmt.Sprintf(", %s left", p.takes(done, elapsed).Round(time.Second))
	}
	return status
}

// left is what is still to be done: what a service said to expect may be a
// little less than it gives.
func (p *Progress) left(done int) int { return max(p.all-done, 0) }

// takes is how long the rest takes at the rate so far.
func (p *Progress) takes(done int, elapsed time.Duration) time.Duration {
	return time.Duration(float64(elapsed) / float64(max(done, 1)) * float64(p.left(done)))
}

// End takes the line away.
func (p *Progress) End() {
	if p.line != nil {
		p.line.clear()
	}
}
