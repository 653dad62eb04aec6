package transport

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWaitsDoubleUpToTheLongest(t *testing.T) {
	policy := DefaultPolicy()
	policy.Attempts, policy.Throttled = 8, 20
	failure := &Error{Status: 503, temporary: true}
	for attempt, want := range map[int]time.Duration{
		1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 4: 8 * time.Second, 5: 16 * time.Second,
		6: 30 * time.Second, 7: 30 * time.Second,
	} {
		if wait, again := policy.Wait(attempt, failure, 0); wait != want || !again {
			t.Errorf("attempt %d: wait %s, again %t; want %s", attempt, wait, again, want)
		}
	}
	if wait, again := policy.Wait(17, &Error{Status: 429, temporary: true, throttled: true}, 0); wait != 30*time.Second || !again {
		t.Errorf("attempt 17: wait %s, again %t", wait, again)
	}
}

func TestAttemptsEndWhereThePolicySays(t *testing.T) {
	policy := DefaultPolicy()
	tests := []struct {
		rule    string
		failure Error
		attempt int
		again   bool
	}{
		{"a failure that will not pass", Error{Status: 400}, 1, false},
		{"the last but one attempt", Error{Status: 503, temporary: true}, 5, true},
		{"the last attempt", Error{Status: 503, temporary: true}, 6, false},
		{"too many requests are tried longer", Error{Status: 429, temporary: true, throttled: true}, 9, true},
		{"the last attempt of those", Error{Status: 429, temporary: true, throttled: true}, 10, false},
		{"the longest wait that may be asked for", Error{Status: 429, temporary: true, throttled: true, RetryAfter: 5 * time.Minute}, 1, true},
		{"a longer one", Error{Status: 429, temporary: true, throttled: true, RetryAfter: 5*time.Minute + 1}, 1, false},
	}
	for _, test := range tests {
		if _, again := policy.Wait(test.attempt, &test.failure, 0); again != test.again {
			t.Errorf("%s: again %t", test.rule, again)
		}
	}
}

func TestWaitIsNeverShorterThanTheServiceAsks(t *testing.T) {
	policy := DefaultPolicy()
	failure := &Error{Status: 429, temporary: true, throttled: true, RetryAfter: 3 * time.Second}
	for attempt, want := range map[int]time.Duration{1: 3 * time.Second, 5: 8 * time.Second} {
		if wait, _ := policy.Wait(attempt, failure, 1); wait != want {
			t.Errorf("attempt %d: %s, want %s", attempt, wait, want)
		}
	}
}

func TestJitterShortensWaitsByUpToHalf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := DefaultPolicy()
		policy.Attempts = 100
		attempt := rapid.IntRange(1, 99).Draw(t, "attempt")
		random := rapid.Float64Range(0, 0.999999).Draw(t, "random")
		failure := &Error{Status: 500, temporary: true}
		whole, _ := policy.Wait(attempt, failure, 0)
		wait, again := policy.Wait(attempt, failure, random)
		if !again || wait > whole || wait < whole/2 || whole > policy.MaxWait || whole < policy.BaseWait {
			t.Fatalf("attempt %d waits %s of %s", attempt, wait, whole)
		}
	})
}
