package apply_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

func TestARefusalOfContentNeverEndsTheRun(t *testing.T) {
	for _, status := range []int{400, 404, 413, 422} {
		w := newWorld(t, 20)
		w.breaks(fault.Fault{Kind: fault.Poison, Field: "account_owner", Status: status})
		rows := updatesOf(1, 19)
		rows.Marks = marksOf(20, 20).Marks
		rows.Creates = createsOf(901, 902, 903, 904, 905, 906, 907).Creates
		if got := counts(w.done(rows)); got[apply.Failed] != 26 || got[apply.Applied] != 1 {
			t.Errorf("%d: outcomes %v, want 26 failed and 1 applied", status, got)
		}
	}
}

func TestAServiceThatComesBackIsWaitedFor(t *testing.T) {
	for _, count := range []int{1, 2, 100, 230} {
		w := newWorld(t, count)
		w.serves = func(next http.Handler, writer http.ResponseWriter, request *http.Request) {
			if request.Method == http.MethodPut && w.clock.Now().Sub(w.start) < 30*time.Second {
				writer.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			next.ServeHTTP(writer, request)
		}
		if got := counts(w.done(updatesOf(1, count))); got[apply.Applied] != count {
			t.Errorf("outcomes %v, want all of %d applied", got, count)
		}
	}
}

func TestRowsAreHeldAgainstTheirOrganizationsBeforeEveryHalf(t *testing.T) {
	w := newWorld(t, 4)
	w.breaks(poison(fault.Fault{Status: 422}, nameOf(1)))
	jobs := 0
	w.arrives = func(route string) {
		if route == updating {
			if jobs++; jobs == 1 {
				w.Edit(organizationID(4), func(o *sandbox.Organization) { o.Fields["account_owner"] = "by hand" })
			}
		}
	}
	outcomes := w.done(updatesOf(1, 4))
	wantOutcomes(t, outcomes[1:], "update 2 applied", "update 3 applied", "update 4 skipped | changed since the plan: account_owner is now by hand")
	w.wantOwner(4, "by hand")
}

func TestUnmarkAndAccountTypeAreRestored(t *testing.T) {
	w := newWorld(t, 2)
	w.Edit(organizationID(1), func(o *sandbox.Organization) {
		o.Fields["mark_for_deletion"], o.Fields["ignore_deletion"] = true, true
	})
	back := markOf(1)
	back.Seen, back.Changes = field.Record{}, []field.Change{change(field.MarkForDeletion, field.True, "")}
	rows := apply.Rows{Marks: []plan.Mark{back}}
	rows.Updates = []plan.Update{updateOf(2, change(field.SalesforceID, field.Value(accountID(2)), field.Value(accountID(77))))}
	wantOutcomes(t, w.done(rows), "mark_for_deletion 1 applied", "update 2 applied")
	wantOutcomes(t, w.done(rows), "mark_for_deletion 1 applied | already as planned", "update 2 applied | already as planned")
	w.wantOrganizations(1, 77)
}

func TestANameThatFitsNoRequestFailsItsRowAlone(t *testing.T) {
	for name, refusal := range refusals() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.breaks(poison(refusal, nameOf(8)))
			w.serves = func(next http.Handler, writer http.ResponseWriter, request *http.Request) {
				if request.URL.Query().Get("name") == nameOf(8) {
					writer.Header().Set("Content-Type", "text/html")
					writer.WriteHeader(refusal.Status)
					return
				}
				next.ServeHTTP(writer, request)
			}
			rows := createsOf(7, 8, 9)
			rows.Updates = updatesOf(1, 1).Updates
			outcomes := w.done(rows)
			if got := counts(outcomes); got[apply.Applied] != 3 || !outcomes[2].Unfinished() {
				t.Errorf("outcomes %v", outcomes)
			}
		})
	}
}

func TestAnOrganizationThatMayNotBeShownFailsAlone(t *testing.T) {
	for _, status := range []int{400, 403, 422} {
		w := newWorld(t, 100)
		w.serves = func(next http.Handler, writer http.ResponseWriter, request *http.Request) {
			if strings.Contains(request.URL.Query().Get("ids"), "7000017") {
				writer.WriteHeader(status)
				return
			}
			next.ServeHTTP(writer, request)
		}
		if got := counts(w.done(updatesOf(1, 100))); got[apply.Applied] != 99 || got[apply.Failed] != 1 {
			t.Errorf("%d: outcomes %v, want 99 applied and 1 failed", status, got)
		}
	}
}

func TestAStopBetweenHalvesSendsNoMore(t *testing.T) {
	w := newWorld(t, 4)
	w.breaks(poison(fault.Fault{Status: 422}, nameOf(1)))
	ctx, cancel := context.WithCancelCause(t.Context())
	jobs := 0
	w.arrives = func(route string) {
		if route == updating {
			if jobs++; jobs == 2 {
				cancel(errStop)
			}
		}
	}
	outcomes, err := w.runIn(ctx, updatesOf(1, 4))
	if !errors.Is(err, errStop) || jobs != 2 {
		t.Errorf("%d jobs, the run ended with %v", jobs, err)
	}
	for _, outcome := range outcomes {
		if outcome.Reason != apply.NotReached {
			t.Errorf("outcome %v, want not reached", outcome)
		}
	}
}

func TestARowOfItsNameAloneIsNotSentAgain(t *testing.T) {
	w := newWorld(t, 2)
	w.breaks(fault.Fault{Kind: fault.Poison, Field: "name", Status: 422})
	w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["account_owner"] = "after" })
	sends := w.countSends()
	rows := apply.Rows{Updates: []plan.Update{updateOf(1, change("name", "Account 1", "Account one"), change("account_owner", "before", "after"))}}
	outcomes := w.done(rows)
	if got := outcomes[0]; got.Reason != "as planned but for the name" || got.Error+got.Description == "" || !slices.Equal(got.Sent, []string{"name"}) {
		t.Errorf("outcome %+v", got)
	}
	if sends["7000001"] != 1 {
		t.Errorf("sent %v", sends)
	}
}

func TestARefusalThatQueuedItsJobIsWaitedFor(t *testing.T) {
	w := newWorld(t, 1)
	answered := 0
	w.serves = func(next http.Handler, writer http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPut {
			if answered++; answered < 3 {
				next.ServeHTTP(httptest.NewRecorder(), request)
				writer.WriteHeader(http.StatusInternalServerError)
				return
			}
		}
		next.ServeHTTP(writer, request)
	}
	w.FailNextJobs(1, "the first one does nothing")
	wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
	if writes := len(w.Audit()); writes != 1 || answered != 2 {
		t.Errorf("%d writes of %d jobs, want one of two", writes, answered)
	}
}
