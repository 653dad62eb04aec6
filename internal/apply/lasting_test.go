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
	writeContext, release := outliving(ctx, time.Millisecond)
	defer release()
	if writeContext.Err() != nil {
		t.Error("the context of writes ended before the run's")
	}
	cancel(stop)
	<-writeContext.Done()
	if cause := context.Cause(writeContext); !errors.Is(cause, stop) {
		t.Errorf("it ended with %v, want %v", cause, stop)
	}
}

func TestWritesOutlastTheRunsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	writeContext, release := outliving(ctx, time.Hour)
	cancel()
	if writeContext.Err() != nil {
		t.Error("the context of writes ended at once")
	}
	release()
	if writeContext.Err() == nil {
		t.Error("the context of writes outlives the run")
	}
}
