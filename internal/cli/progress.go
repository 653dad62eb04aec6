package cli

import (
	"io"
	"log/slog"
	"time"

	"github.com/schollz/progressbar/v3"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
)

// reportEvery is how often progress is logged where there is no terminal.
const reportEvery = 10 * time.Second

// progress tells people how far a long stage is: a moving bar on a terminal, a
// line every now and then elsewhere.
type progress struct {
	to       io.Writer
	terminal bool
	clock    clock.Clock
	logger   *slog.Logger
	bar      *progressbar.ProgressBar
	began    time.Time
	reported time.Time
	// all is how many are to be done; 0 when nobody knows.
	all int
}

func newProgress(to io.Writer, terminal bool, clock clock.Clock, logger *slog.Logger) *progress {
	now := clock.Now()
	return &progress{to: to, terminal: terminal, clock: clock, logger: logger, began: now, reported: now}
}

// Expect gives how many are to be done.
func (p *progress) Expect(all int) { p.all = all }

// Update gives how many are done.
func (p *progress) Update(what string, done int) {
	if p.terminal {
		if p.bar == nil {
			limit := int64(p.all)
			if p.all == 0 {
				limit = -1
			}
			p.bar = progressbar.NewOptions64(limit, progressbar.OptionSetWriter(p.to), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(200*time.Millisecond),
				progressbar.OptionClearOnFinish())
		}
		// A bar that cannot be drawn is no reason to stop.
		_ = p.bar.Set(done)
		return
	}
	now := p.clock.Now()
	if now.Sub(p.reported) < reportEvery {
		return
	}
	p.reported = now
	elapsed := now.Sub(p.began)
	attributes := []any{"done", done, "per_second", int(float64(done) / elapsed.Seconds())}
	if p.all > 0 {
		// What a service said to expect may be a little less than it gives.
		left := max(p.all-done, 0)
		takes := time.Duration(float64(elapsed) / float64(max(done, 1)) * float64(left))
		attributes = append(attributes, "left", left, "expected_end", now.Add(takes).UTC().Format(time.TimeOnly))
	}
	p.logger.Info(what, attributes...)
}

// End takes the bar away.
func (p *progress) End() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
