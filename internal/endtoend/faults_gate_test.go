package endtoend

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// gate stands before a stand-in at an address of its own, where it can stop
// listening and begin again: a connection that is refused is nothing that a
// handler can do.
type gate struct {
	t       *testing.T
	address string
	server  *http.Server

	mu       sync.Mutex
	listener net.Listener
	// left is how many requests pass until it closes, while closing.
	closing bool
	left    int
	// opensAfter is how many waits of the client it stays closed for; 0 is for
	// ever.
	opensAfter, waits int
	// refusals is how often it was closed.
	refusals int
}

func startGate(t *testing.T, next http.Handler) *gate {
	t.Helper()
	g := &gate{t: t, address: "127.0.0.1:0"}
	g.server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.pass() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})}
	g.open()
	t.Cleanup(func() { g.server.Close() })
	return g
}

// pass counts a request. While the gate is about to close, connections are
// for one request, so that the next one needs a new one.
func (g *gate) pass() (closing bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closing {
		g.left--
		g.closeIfDue()
	}
	return g.closing
}

func (g *gate) closeIfDue() {
	if g.left <= 0 && g.listener != nil {
		g.listener.Close()
		g.listener = nil
		g.refusals++
	}
}

// refuse closes the gate after so many requests, until the client has waited
// so many times.
func (g *gate) refuse(after, times int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closing, g.left, g.opensAfter, g.waits = true, after, times, 0
	g.closeIfDue()
}

// open lets everybody in.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closing = false
	if g.listener != nil {
		return
	}
	listener, err := net.Listen("tcp", g.address)
	if err != nil {
		g.t.Errorf("listening again: %v", err)
		return
	}
	g.listener, g.address = listener, listener.Addr().String()
	go func() {
		// Serve returns when the gate closes.
		_ = g.server.Serve(listener)
	}()
}

// waited is told that the client waits.
func (g *gate) waited() {
	g.mu.Lock()
	g.waits++
	due := g.listener == nil && g.opensAfter > 0 && g.waits >= g.opensAfter
	g.mu.Unlock()
	if due {
		g.open()
	}
}

// watchedClock is the driven clock, and tells the gates of each wait.
type watchedClock struct {
	*clocktest.Clock
	gates map[string]*gate
}

func (c watchedClock) Sleep(ctx context.Context, duration time.Duration) error {
	if duration > 0 {
		for _, g := range c.gates {
			g.waited()
		}
	}
	return c.Clock.Sleep(ctx, duration)
}

// troubledWorld is a small world behind gates.
type troubledWorld struct {
	*world
	gates map[string]*gate
}

func startTroubled(t *testing.T) *troubledWorld {
	t.Helper()
	w := &troubledWorld{world: startWorld(t, smallWorld()), gates: map[string]*gate{}}
	for service, standIn := range map[string]struct {
		variable string
		handler  http.Handler
	}{
		"salesforce": {"SALESFORCE_URL", w.Salesforce.Handler()}, "gitlab": {"GITLAB_URL", w.GitLab},
		"global": {"ZENDESK_GLOBAL_URL", w.Global}, "usgov": {"ZENDESK_USGOV_URL", w.USGov},
	} {
		w.gates[service] = startGate(t, standIn.handler)
		w.environment[standIn.variable] = "http://" + w.gates[service].address
	}
	w.commandClock = watchedClock{w.clock, w.gates}
	return w
}

// arm makes the requests of the case go wrong from now on.
func (w *troubledWorld) arm(c faultCase) {
	injector := w.Faults()[c.service]
	injector.ResetRequests()
	if c.because != nil {
		injector.Add(*c.because)
	}
	if c.refused {
		w.gates[c.service].refuse(c.before, c.times)
		return
	}
	strike := c.fault
	strike.Route, strike.Times, strike.After = c.route, c.times, c.after
	injector.Add(strike)
	if strike.Kind == fault.Hang {
		w.policy.RequestTimeout = 250 * time.Millisecond
	}
}

// disarm makes the service healthy again, and reports whether the trouble came
// at all.
func (w *troubledWorld) disarm(c faultCase) (struck bool) {
	struck = c.refused && w.gates[c.service].refusals > 0
	for _, request := range w.Faults()[c.service].Log() {
		struck = struck || request.Route == c.route && request.Fault != ""
	}
	w.Faults()[c.service].Clear()
	w.gates[c.service].open()
	w.gates[c.service].refusals = 0
	w.policy.RequestTimeout = time.Minute
	return struck
}
