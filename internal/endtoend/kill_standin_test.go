package endtoend

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
)

// moment is when, within a request, the process that made it dies.
type moment string

const (
	beforeEffect moment = "before the effect"
	beforeAnswer moment = "after the effect, before the answer"
	afterAnswer  moment = "right after the answer, before it is noted"
)

func moments() []moment { return []moment{beforeEffect, beforeAnswer, afterAnswer} }

// killTarget is a process and the request that it will not survive.
type killTarget struct {
	process *os.Process
	// dead is closed when the process has been waited for.
	dead chan struct{}
	// after is the number of the request, from 1.
	after int
	at    moment
}

// killingProxy stands before a stand-in, counts its requests and kills the target at
// its request.
type killingProxy struct {
	next http.Handler

	mu     sync.Mutex
	seen   int
	target *killTarget
}

// aim starts counting again; nil lets everybody live.
func (d *killingProxy) aim(at *killTarget) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen, d.target = 0, at
}

func (d *killingProxy) requests() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen
}

func (d *killingProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	d.seen++
	due := d.target
	if due != nil && d.seen != due.after {
		due = nil
	}
	d.mu.Unlock()
	if due == nil {
		d.next.ServeHTTP(w, r)
		return
	}
	if due.at == beforeEffect {
		due.kill()
		panic(http.ErrAbortHandler)
	}
	answer := httptest.NewRecorder()
	d.next.ServeHTTP(answer, r)
	if due.at == beforeAnswer {
		due.kill()
		panic(http.ErrAbortHandler)
	}
	// With its length known the answer is whole for the client before this
	// handler returns.
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
	_ = http.NewResponseController(w).Flush()
	due.kill()
}

// kill ends the process for good and returns when it is gone.
func (v *killTarget) kill() {
	_ = v.process.Kill()
	<-v.dead
}
