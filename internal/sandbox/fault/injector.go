package fault

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Options of an Injector.
type Options struct {
	// Routes are the path patterns of the stand-in, such as "/api/v2/organizations/*",
	// by which requests are counted. The first match counts, so more specific patterns
	// go first. A path without a match is counted under its own name.
	Routes []string
	// Now is the stand-in's clock; nil is the time of day.
	Now func() time.Time
	// Wait waits for the time of Delay; nil waits in real time.
	Wait func(ctx context.Context, duration time.Duration) error
}

// Request is one request as it arrived.
type Request struct {
	// At is when, on the stand-in's clock.
	At time.Time `json:"at"`
	// Method is the HTTP method.
	Method string `json:"method"`
	// Path is the escaped path with its query.
	Path string `json:"path"`
	// Route is the method and the pattern it was counted under.
	Route string `json:"route"`
	// Fault is the kind of the fault that affected it, if any.
	Fault Kind `json:"fault,omitempty"`
}

// Injector counts requests and makes the requests fail that it was told to.
// It is safe for concurrent use.
type Injector struct {
	routes []route
	now    func() time.Time
	wait   func(ctx context.Context, duration time.Duration) error

	mu     sync.Mutex
	faults []*armed
	log    []Request
}

// route is a pattern under the name it is counted by.
type route struct {
	name    string
	pattern pattern
}

// armed is a fault, with how often it can still happen.
type armed struct {
	Fault
	pattern pattern
	inside  bool // taken by the stand-in, not by the middleware
	passed  int
	fired   int
}

// New returns an Injector without faults.
func New(options Options) *Injector {
	injector := &Injector{now: options.Now, wait: options.Wait}
	if injector.now == nil {
		injector.now = time.Now
	}
	if injector.wait == nil {
		injector.wait = waitForReal
	}
	for _, name := range options.Routes {
		injector.routes = append(injector.routes, route{name: name, pattern: parsePattern(name)})
	}
	return injector
}

// Add arms faults. If several match a request, the first that was added and is not used
// up happens. A fault that Validate refuses answers 500 with the reason.
func (i *Injector) Add(faults ...Fault) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, fault := range faults {
		known, _ := describe(fault.Kind)
		fault = known.complete(fault)
		i.faults = append(i.faults, &armed{Fault: fault, pattern: parsePattern(fault.Route), inside: known.inside})
	}
}

// Take uses up one occurrence of the first fault of a kind that the stand-in itself
// implements, if one is due for the request (nil is not checked against routes) and
// concerns what the stand-in is about to do (nil is anything).
func (i *Injector) Take(kind Kind, request *http.Request, concerns func(Fault) bool) (Fault, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.first(func(a *armed) bool {
		return a.Kind == kind && (request == nil || a.pattern.matches(request)) && (concerns == nil || concerns(a.Fault))
	})
}

// Armed returns the first fault of the kind that is not used up, and uses
// nothing up.
func (i *Injector) Armed(kind Kind) (Fault, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, armed := range i.faults {
		if armed.Kind == kind && (armed.Times == 0 || armed.fired < armed.Times) {
			return armed.Fault, true
		}
	}
	return Fault{}, false
}

// Clear disarms all faults. Requests that hang continue to hang.
func (i *Injector) Clear() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.faults = nil
}

// Requests counts the requests so far by method and route, such as
// "GET /api/v2/job_statuses/*". Those that a fault affected count too.
func (i *Injector) Requests() map[string]int {
	i.mu.Lock()
	defer i.mu.Unlock()
	counts := make(map[string]int)
	for _, request := range i.log {
		counts[request.Route]++
	}
	return counts
}

// Log returns every request so far, in the order they arrived.
func (i *Injector) Log() []Request {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.log)
}

// ResetRequests forgets the requests so far; faults stay.
func (i *Injector) ResetRequests() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.log = nil
}

// Middleware counts each request. The fault that is due answers it, otherwise next.
func (i *Injector) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		fault, due := i.record(request)
		if !due {
			next.ServeHTTP(writer, request)
			return
		}
		i.strike(fault, writer, request, next)
	})
}

// record logs the request and takes the fault that is due for it.
func (i *Injector) record(request *http.Request) (Fault, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	fault, due := i.take(request)
	i.log = append(i.log, Request{
		At:     i.now(),
		Method: request.Method,
		Path:   request.URL.RequestURI(),
		Route:  request.Method + " " + i.routeOf(request),
		Fault:  fault.Kind,
	})
	return fault, due
}

// take uses up one occurrence of the first fault that is due for a request.
func (i *Injector) take(request *http.Request) (Fault, bool) {
	return i.first(func(a *armed) bool { return !a.inside && a.pattern.matches(request) })
}

func (i *Injector) first(matches func(*armed) bool) (Fault, bool) {
	for _, fault := range i.faults {
		if fault.Times > 0 && fault.fired >= fault.Times || !matches(fault) {
			continue
		}
		if fault.passed < fault.After {
			fault.passed++
			continue
		}
		fault.fired++
		return fault.Fault, true
	}
	return Fault{}, false
}

// routeOf names the pattern the request is counted under.
func (i *Injector) routeOf(request *http.Request) string {
	for _, route := range i.routes {
		if route.pattern.matches(request) {
			return route.name
		}
	}
	return request.URL.EscapedPath()
}

// waitForReal waits in real time, at most until the context ends.
func waitForReal(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
