package endtoend

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// These variables make the test binary the program, for tests that need a
// process of its own: one that can be killed, has its memory to itself, or may
// not write.
const (
	// hurriedVariable runs it on the hurried clock since that time.
	hurriedVariable = "ENDTOEND_HURRIED_SINCE"
	// impatientVariable has it hardly wait between two attempts.
	impatientVariable = "ENDTOEND_IMPATIENT"
	// largestFileVariable is how many bytes a file may have: the next one fails,
	// as on a disk that is full.
	largestFileVariable = "ENDTOEND_LARGEST_FILE"
)

// runAsProgram runs the program if one of the variables asks for it.
func runAsProgram() (code int, asked bool) {
	policy, now := transport.DefaultPolicy(), clock.Clock(clock.System{})
	switch {
	case os.Getenv(hurriedVariable) != "":
		since, err := time.Parse(time.RFC3339Nano, os.Getenv(hurriedVariable))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return -1, true
		}
		now = hurriedClock{since}
	case os.Getenv(impatientVariable) != "":
		policy.Attempts, policy.BaseWait = 2, time.Millisecond
		// As in the program.
		debug.SetGCPercent(200)
		debug.SetMemoryLimit(256 << 20)
	case os.Getenv(largestFileVariable) != "":
		if err := limitFiles(os.Getenv(largestFileVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return -1, true
		}
	default:
		return 0, false
	}
	return int(cli.Run(context.Background(), os.Args[1:], cli.Environment{
		Getenv: os.Getenv, Stdout: os.Stdout, Stderr: os.Stderr, Clock: now,
		Random: func() float64 { return 0 }, Version: "test", Policy: policy,
	})), true
}

func limitFiles(largest string) error {
	bytes, err := strconv.ParseUint(largest, 10, 64)
	if err != nil {
		return err
	}
	// Or the signal would end the process before the error is seen.
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes})
}

// hurry is how many times faster than the machine's the hurried clock is.
const hurry = 20

// hurriedClock is one clock for several processes: waits take a part of their
// time, and the days stay those of the machine.
type hurriedClock struct{ since time.Time }

func (c hurriedClock) Now() time.Time { return c.since.Add(hurry * time.Since(c.since)) }

func (c hurriedClock) Sleep(ctx context.Context, duration time.Duration) error {
	return clock.System{}.Sleep(ctx, duration/hurry)
}
