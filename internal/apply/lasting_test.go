package apply

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestWritesAreCutOffOnceTheGraceIsOver(t *testing.T) {
	stop := errors.New("told to stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	lasting, release := outlasting(ctx, time.Millisecond)
	defer release()
	if lasting.Err() != nil {
		t.Error("the context of writes ended before the run's")
	}
	cancel(stop)
	<-lasting.Done()
	if cause := context.Cause(lasting); !errors.Is(cause, stop) {
		t.Errorf("it ended with %v, want %v", cause, stop)
	}
}

func TestWritesOutlastTheRunsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	lasting, release := outlasting(ctx, time.Hour)
	cancel()
	if lasting.Err() != nil {
		t.Error("the context of writes ended at once")
	}
	release()
	if lasting.Err() == nil {
		t.Error("the context of writes outlives the run")
	}
}
