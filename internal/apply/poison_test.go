package apply_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// refusals are the answers to a request that one row spoils.
func refusals() map[string]fault.Fault {
	return map[string]fault.Fault{
		"400": {Status: 400, Body: `{"error":{"title":"Invalid attribute","message":"what is that"}}`},
		"404": {Status: 404}, "413": {Status: 413, Body: "too large"}, "422": {Status: 422, Body: `{"errors":["nein"]}`},
		"409": {Status: 409, Body: `{"error":"DatabaseConflict"}`}, "500": {Status: 500}, "500 page": {Status: 500, Body: htmlPage},
		"503": {Status: 503, Body: `{"error":"DatabaseDeadlock"}`}, "page": {Status: 403},
	}
}

// poison spoils every request that holds the row.
func poison(refusal fault.Fault, row string) fault.Fault {
	refusal.Kind, refusal.Row = fault.Poison, row
	return refusal
}

// countSends counts how often each organization was in an update or create that
// was not turned away for the rate of requests.
func (w *world) countSends() map[string]int {
	sends := map[string]int{}
	w.serves = func(next http.Handler, writer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			w.Error(err)
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
		var sent struct {
			Organizations []struct{ ID json.Number }
			Organization  struct{ Name string }
		}
		noted := &noted{ResponseWriter: writer}
		defer func() {
			if request.Method == http.MethodGet || noted.status == http.StatusTooManyRequests {
				return
			}
			_ = json.Unmarshal(body, &sent)
			if sent.Organization.Name != "" {
				sends[sent.Organization.Name]++
			}
			for _, row := range sent.Organizations {
				sends[row.ID.String()]++
			}
		}()
		next.ServeHTTP(noted, request)
	}
	return sends
}

// noted is an answer whose status is noted.
type noted struct {
	http.ResponseWriter
	status int
}

func (n *noted) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

func total(requests map[string]int) int {
	sum := 0
	for _, count := range requests {
		sum += count
	}
	return sum
}

// A plain chunk costs a list of jobs, a look, a job of six polls and a
// read-back.
const plainChunk = 1 + 1 + 1 + 6 + 1

func TestOnePoisonRowIsOneRowAndCostsLittle(t *testing.T) {
	for name, refusal := range refusals() {
		for _, at := range []int{1, 37, 100} {
			t.Run(fmt.Sprint(name, " at ", at), func(t *testing.T) {
				w := newWorld(t, 100)
				w.breaks(poison(refusal, nameOf(at)))
				sends := w.countSends()
				outcomes := w.done(updatesOf(1, 100))
				if got := counts(outcomes); got[apply.Applied] != 99 || outcomes[at-1].Outcome != apply.Failed || outcomes[at-1].Description == "" {
					t.Errorf("outcomes %v and %v, want 99 applied and the row failed", got, outcomes[at-1])
				}
				if writes := len(w.Audit()); writes != 99 {
					t.Errorf("%d writes, want 99", writes)
				}
				if more := total(w.Requests()) - plainChunk; more > 25 {
					t.Errorf("%d requests more, want 25 at most: %v", more, w.Requests())
				}
				if took := w.clock.Now().Sub(w.start); took > 66*time.Second {
					t.Errorf("the run took %s, want a minute more at most", took)
				}
				for id, times := range sends {
					if times > 10 {
						t.Errorf("organization %s was sent %d times", id, times)
					}
				}
			})
		}
	}
}

func TestTwoPoisonRowsAreTwoRows(t *testing.T) {
	for name, refusal := range refusals() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 230)
			w.breaks(poison(refusal, nameOf(3)), poison(refusal, nameOf(4)), poison(refusal, nameOf(215)))
			rows := updatesOf(1, 200)
			rows.Marks = marksOf(201, 230).Marks
			outcomes := w.done(rows)
			if got := counts(outcomes); got[apply.Applied] != 227 || got[apply.Failed] != 3 {
				t.Errorf("outcomes %v, want 227 applied and 3 failed", got)
			}
		})
	}
}

func TestAFailingCreateIsSentTwiceAtMost(t *testing.T) {
	for name, refusal := range refusals() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.breaks(poison(refusal, nameOf(8)))
			rows := createsOf(7, 8, 9)
			rows.Updates = updatesOf(1, 1).Updates
			sends := w.countSends()
			outcomes := w.done(rows)
			if got := counts(outcomes); got[apply.Applied] != 3 || outcomes[2].Outcome != apply.Failed || outcomes[2].Description == "" {
				t.Errorf("outcomes %v", outcomes)
			}
			if sends[nameOf(8)] > 2 || sends[nameOf(7)] != 1 {
				t.Errorf("the creates were sent %v", sends)
			}
			w.wantOrganizations(1, 7, 9)
			w.wantOrganizations(0, 8)
		})
	}
}

func TestAFailingNameIsDroppedFromItsRow(t *testing.T) {
	for name, refusal := range refusals() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 30)
			refusal.Field, refusal.Value = "name", "☠"
			w.breaks(poison(refusal, ""))
			rows := updatesOf(1, 30)
			rows.Updates[6] = updateOf(7, change("name", "Account 7", "Account ☠"), change("account_owner", "before", "after"))
			rows.Updates[7] = updateOf(8, change("name", "Account 8", "Account ☠ too"))
			outcomes := w.done(rows)
			if got := counts(outcomes); got[apply.Applied] != 28 || outcomes[6].Reason != "as planned but for the name" || outcomes[7].Outcome != apply.Failed {
				t.Errorf("outcomes %v, %v and %v", got, outcomes[6], outcomes[7])
			}
			w.wantOwner(7, "after")
		})
	}
}

func TestANameRefusedInAnyLanguageIsDropped(t *testing.T) {
	for _, language := range []string{"", "de", "es", "fr", "ja", "pt"} {
		for _, shape := range []string{"", "text", "object", "list", "errors", "index", "text-id", "beside"} {
			t.Run(language+" "+shape, func(t *testing.T) {
				w := newWorld(t, 4)
				w.breaks(fault.Fault{Kind: fault.Wording, Language: language, Shape: shape})
				w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "Name: is too long")
				rows := updatesOf(3, 3)
				rows.Updates = append(rows.Updates, updateOf(1, change("name", "Account 1", "account 4"), change(field.SupportLevel, "expired", "premium")))
				outcomes := w.done(rows)
				if got := outcomes[0]; got.Reason != "as planned but for the name" || got.Error == "" || got.Description == "" {
					t.Errorf("outcome %+v", got)
				}
				wantOutcomes(t, outcomes[1:], "update 3 applied")
				for _, present := range w.Organizations()[:1] {
					if present.Name != "Account 1" || present.Fields["support_level"] != "premium" {
						t.Errorf("organization %v", present)
					}
				}
			})
		}
	}
}

func TestFiveEqualFailuresAndATrialEndTheAction(t *testing.T) {
	for _, status := range []int{409, 500, 503, 403} {
		w := newWorld(t, 250)
		w.breaks(fault.Fault{Kind: fault.Poison, Field: "account_owner", Status: status})
		rows := updatesOf(1, 249)
		rows.Marks = marksOf(250, 250).Marks
		rows.Creates = createsOf(901, 902, 903, 904, 905, 906, 907, 908).Creates
		for i := range rows.Creates[:7] {
			rows.Creates[i].Record.Set("account_owner", "spoilt")
		}
		outcomes := w.fails(rows, "failed in the same way, 5 consecutive rows each")
		if got := counts(outcomes); got[apply.Applied] != 0 {
			t.Errorf("%d: outcomes %v", status, got)
		}
		if got := w.Requests(); got[updating] > 40 || got[creating] > 11 {
			t.Errorf("%d: requests %v", status, got)
		}
		if last := outcomes[len(outcomes)-1]; last.AccountID != accountID(908) || last.Outcome != apply.Failed {
			t.Errorf("%d: the trial came to %v", status, last)
		}
	}
}

func TestAnActionThatEndsEarlySaysWhy(t *testing.T) {
	w := newWorld(t, 202)
	w.breaks(fault.Fault{Kind: fault.Poison, Field: "account_owner", Status: 500})
	rows := updatesOf(1, 200)
	rows.Marks = marksOf(201, 202).Marks
	outcomes := w.done(rows)
	if got := counts(outcomes); got[apply.Applied] != 2 || got[apply.Failed] != 101 || got[apply.Skipped] != 99 {
		t.Errorf("outcomes %v", got)
	}
	const want = "not reached: 5 rows before it failed in the same way (Zendesk Global answered PUT /api/v2/organizations/update_many.json with 500"
	if got := outcomes[150]; !strings.HasPrefix(got.Reason, want) || !got.Unfinished() {
		t.Errorf("outcome %v", got)
	}
}

func TestASuccessfulTrialGoesOn(t *testing.T) {
	w := newWorld(t, 12)
	for n := 1; n <= 8; n++ {
		w.breaks(poison(fault.Fault{Status: 500}, nameOf(n)), poison(fault.Fault{Status: 500}, nameOf(900+n)))
	}
	rows := updatesOf(1, 12)
	rows.Creates = createsOf(901, 902, 903, 904, 905, 906, 907, 908, 909, 910).Creates
	if got := counts(w.done(rows)); got[apply.Failed] != 16 || got[apply.Applied] != 6 {
		t.Errorf("outcomes %v, want 16 failed and 6 applied", got)
	}
}
