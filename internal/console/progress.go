package console

import (
	"fmt"
	"log/slog"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
)

const (
	// reportEvery is how often progress is logged if there is no terminal.
	reportEvery = 10 * time.Second
	// drawEvery is how often the progress line is drawn on a terminal.
	drawEvery = 200 * time.Millisecond
)

// Progress shows how far a long stage has come: a progress line on a terminal,
// otherwise a log entry from time to time.
type Progress struct {
	line   *Line
	clock  clock.Clock
	logger *slog.Logger
	what   string
	began  time.Time
	told   time.Time
	// all is the expected number; 0 if unknown.
	all int
}

// NewProgress draws on the line, or logs if there is none.
func NewProgress(line *Line, clock clock.Clock, logger *slog.Logger) *Progress {
	now := clock.Now()
	return &Progress{line: line, clock: clock, logger: logger, began: now, told: now}
}

// Expect sets the expected number.
func (p *Progress) Expect(all int) { p.all = all }

// Update sets the number done so far.
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

// status is the text of the progress line. A rate is shown after the first second.
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

// left is the number still to be done: a service may deliver a few more than it
// announced.
func (p *Progress) left(done int) int { return max(p.all-done, 0) }

// takes estimates how long the rest takes at the present rate.
func (p *Progress) takes(done int, elapsed time.Duration) time.Duration {
	return time.Duration(float64(elapsed) / float64(max(done, 1)) * float64(p.left(done)))
}

// End removes the progress line.
func (p *Progress) End() {
	if p.line != nil {
		p.line.clear()
	}
}
