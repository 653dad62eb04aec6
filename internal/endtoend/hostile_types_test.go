package endtoend

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
)

// place is where a value stands in an answer: keys and positions.
type place []any

func (p place) String() string { return strings.Trim(fmt.Sprint([]any(p)), "[]") }

// places are those of all values below and at the top, of lists the first
// element alone.
func places(value any, at place) []place {
	found := []place{at}
	below := func(key, inner any) {
		found = append(found, places(inner, append(append(place{}, at...), key))...)
	}
	switch known := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(known)) {
			below(key, known[key])
		}
	case []any:
		if len(known) > 0 {
			below(0, known[0])
		}
	}
	return found
}

// holder returns what holds the value of the place, and its last key.
func (p place) holder(value any) (holder, key any) {
	for _, step := range p[:len(p)-1] {
		value = inside(value, step)
	}
	return value, p[len(p)-1]
}

func inside(value, key any) any {
	switch known := value.(type) {
	case map[string]any:
		return known[key.(string)]
	case []any:
		if at := key.(int); at < len(known) {
			return known[at]
		}
	}
	return nil
}

// put replaces the value of the place.
func (p place) put(value, by any) {
	holder, key := p.holder(value)
	switch known := holder.(type) {
	case map[string]any:
		known[key.(string)] = by
	case []any:
		if at := key.(int); at < len(known) {
			known[at] = by
		}
	}
}

func (p place) get(value any) any {
	holder, key := p.holder(value)
	return inside(holder, key)
}

// otherTypes are one value of every JSON type but null and that of the given.
func otherTypes(than any) []any {
	var others []any
	for _, candidate := range []any{true, json.Number("7"), "text", []any{"x"}, map[string]any{"x": "y"}} {
		if fmt.Sprintf("%T", candidate) != fmt.Sprintf("%T", than) {
			others = append(others, candidate)
		}
	}
	return others
}

// A value of another type than it should be is an error, or makes no
// difference: it never becomes another value.
func TestWrongTypesAreNeverTaken(t *testing.T) {
	t.Parallel()
	seen, cases := 0, 0
	w := startHostile(t)
	for _, route := range []struct{ command, service, ending string }{
		{"salesforce partner", "salesforce", "/query"}, {"salesforce customer", "salesforce", "/query"},
		{"zendesk-gather global", "global", "/organization_fields"}, {"zendesk-gather global", "global", "/count"},
		{"zendesk-gather global", "global", "/organizations"}, {"zendesk-gather usgov", "usgov", "/organizations"},
	} {
		var answer map[string]any
		w.forgers[route.service].begin(on("GET", route.ending, edits(func(body map[string]any) {
			if answer == nil {
				answer = body
			}
		})))
		w.must(route.command)
		right := records(w.everyFile())
		for _, where := range places(answer, nil)[1:] {
			for number, wrong := range otherTypes(where.get(answer)) {
				if seen++; where.get(answer) == nil || !soak() && (seen+number)%9 != 0 {
					continue
				}
				cases++
				w.forgers[route.service].begin(on("GET", route.ending, edits(func(body map[string]any) {
					if where.get(body) != nil {
						where.put(body, wrong)
					}
				})))
				got := w.run(strings.Fields(route.command)...)
				if got.code != cli.ExitDone && got.code != cli.ExitFailed || strings.Contains(got.stderr, "panic") {
					t.Errorf("%s: %v in place of %s: exit code %d\n%.300s", route.command, wrong, where, got.code, got.stderr)
				}
				if diff := cmp.Diff(right, records(w.everyFile())); diff != "" {
					t.Errorf("%s takes %v for %s of %s:\n%.600s", route.command, wrong, where, route.ending, diff)
					w.forgers[route.service].begin(nil)
					w.must(route.command)
				}
			}
		}
		w.forgers[route.service].begin(nil)
	}
	t.Logf("%d values of wrong types", cases)
}

// The answers that sync gets are not different: whatever is odd in them, every
// row has an outcome, nothing is written twice or wrongly, and the next hour
// ends at rest.
func TestSyncTakesNoWrongTypes(t *testing.T) {
	t.Parallel()
	seen, cases, every := 0, 0, 80
	if soak() {
		every = 3
	}
	for _, route := range []struct{ method, ending string }{
		{"POST", "/organizations"}, {"GET", "/organizations/show_many"}, {"PUT", "/update_many"}, {"GET", "/job_statuses/show_many"},
	} {
		var answer map[string]any
		clean := startHostile(t)
		clean.must("compare global")
		clean.forgers["global"].begin(on(route.method, route.ending, edits(func(body map[string]any) { answer = body })))
		clean.must("sync global")
		for _, where := range places(answer, nil)[1:] {
			if where.get(answer) == nil {
				continue
			}
			for _, wrong := range otherTypes(where.get(answer)) {
				if seen++; seen%every != 0 {
					continue
				}
				cases++
				what := fmt.Sprintf("%v in place of %s of %s %s", wrong, where, route.method, route.ending)
				t.Run(what, func(t *testing.T) {
					w := startHostile(t)
					w.must("compare global")
					w.forgers["global"].begin(on(route.method, route.ending, edits(func(body map[string]any) {
						if where.get(body) != nil {
							where.put(body, wrong)
						}
					})))
					got := w.must("sync global", cli.ExitDone, cli.ExitFailed, cli.ExitUnfinished)
					w.forgers["global"].begin(nil)
					w.checkComplete("global", got.code)
					w.clock.Advance(time.Hour)
					for _, command := range flowStages("global") {
						w.must(command)
					}
					w.must("sync global")
					w.checkAtRest("global")
					w.checkOnce("global")
				})
			}
		}
	}
	t.Logf("%d values of wrong types in answers to sync", cases)
}
