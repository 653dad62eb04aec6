package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
)

var errOver = errors.New("over")

func TestSleepReturnsTheCauseOfAContextThatEnded(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errOver)
	for _, sleeper := range []clock.Clock{clock.System{}, clocktest.New(time.Unix(0, 0))} {
		for _, duration := range []time.Duration{0, -time.Second, time.Hour} {
			if err := sleeper.Sleep(ctx, duration); !errors.Is(err, errOver) {
				t.Errorf("%T sleeps %s: %v", sleeper, duration, err)
			}
		}
	}
}

func TestSystemSleepEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errOver)
	defer cancel()
	if err := (clock.System{}).Sleep(ctx, time.Hour); !errors.Is(err, errOver) {
		t.Error(err)
	}
}

func TestSystemSleepsAsLongAsItIsTold(t *testing.T) {
	system := clock.System{}
	started := system.Now()
	for _, duration := range []time.Duration{-time.Hour, 0, time.Millisecond} {
		if err := system.Sleep(t.Context(), duration); err != nil {
			t.Error(err)
		}
	}
	if passed := system.Now().Sub(started); passed < time.Millisecond {
		t.Errorf("slept %s", passed)
	}
}

func TestDrivenClockMovesOnlyWhenSomebodyMovesIt(t *testing.T) {
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	driven := clocktest.New(start)
	for _, duration := range []time.Duration{time.Hour, 0, -time.Hour} {
		if err := driven.Sleep(t.Context(), duration); err != nil {
			t.Fatal(err)
		}
	}
	driven.Advance(time.Minute)
	if now := driven.Now(); !now.Equal(start.Add(61*time.Minute)) || driven.Slept() != time.Hour {
		t.Errorf("it is %s, slept %s", now, driven.Slept())
	}
}
