package endtoend

import (
	"fmt"
	"os"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// soak reports whether everything is to be run, and not only a sample of it.
func soak() bool { return os.Getenv("ZDSYNC_SOAK") == "1" }

// trouble is one way in which a request goes wrong.
type trouble struct {
	name  string
	fault fault.Fault
	// refused is a service that nobody listens for, in place of the fault.
	refused bool
	// answered says that the request has its effect, but no usable answer.
	answered bool
}

func troubles() []trouble {
	return []trouble{
		{name: "429 with Retry-After", fault: fault.Fault{Kind: fault.Status, Status: 429, RetryAfter: 7 * time.Second, Body: "<html>slow down</html>", ContentType: "text/html"}},
		{name: "429 without Retry-After", fault: fault.Fault{Kind: fault.Status, Status: 429}},
		{name: "500", fault: fault.Fault{Kind: fault.Status, Status: 500, Body: `{"error":"InternalServerError"}`}},
		{name: "502 with HTML", fault: fault.Fault{Kind: fault.Status, Status: 502, Body: "<html><body>Bad Gateway</body></html>", ContentType: "text/html"}},
		{name: "503", fault: fault.Fault{Kind: fault.Status, Status: 503}},
		{name: "refused", refused: true},
		{name: "dropped before the effect", fault: fault.Fault{Kind: fault.DropBefore}},
		{name: "dropped after the effect", fault: fault.Fault{Kind: fault.DropAfter}, answered: true},
		{name: "timeout", fault: fault.Fault{Kind: fault.Hang}},
		{name: "truncated", fault: fault.Fault{Kind: fault.Truncate}, answered: true},
		{name: "wrong content type", fault: fault.Fault{Kind: fault.ContentType}, answered: true},
		{name: "empty", fault: fault.Fault{Kind: fault.Empty}, answered: true},
	}
}

// path is one kind of request of one command.
type path struct {
	command, service, route string
	// after lets so many requests of the route through first.
	after int
	// because is a fault without which the route is not asked.
	because *fault.Fault
	// late lets so much time pass after the plan that sync lists the instance.
	late bool
	// before is how many requests the service gets first, found by a run
	// without trouble.
	before int
}

// faultCase is one cell of the matrix.
type faultCase struct {
	path
	trouble
	// times is how often it happens; 0 is without end.
	times int
}

func (c faultCase) String() string {
	often := map[int]string{0: "always", 1: "once", 2: "twice"}[c.times]
	return fmt.Sprintf("%s, %s (after %d), %s %s", c.command, c.route, c.after, c.name, often)
}

// matrix is every path with every trouble once, twice and always. The sample
// goes through the troubles and the times as it goes through the paths, so
// that every path meets some and every trouble comes in every number.
func matrix(paths []path) []faultCase {
	var cases []faultCase
	for at, asked := range paths {
		for number, kind := range troubles() {
			for times := range 3 {
				if soak() || (number+at)%6 == 0 && times == (at+number/6)%3 {
					cases = append(cases, faultCase{asked, kind, times})
				}
			}
		}
	}
	return cases
}
