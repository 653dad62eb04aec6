package salesforce

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// big is an org of many accounts, in pages of 2,000.
type big struct {
	ids []string
	mu  sync.Mutex
	// asked are the WHERE clauses of the queries, and how many further pages
	// were asked for.
	asked []string
	pages int
	// dead answers further pages of the query of ids with a lost cursor.
	dead bool
	// like is a row with another id.
	like string
	// repeat is an id that comes in the last range too.
	repeat string
}

func bigOrg(t *testing.T, count int) (*big, *org) {
	t.Helper()
	b := &big{like: row("an id")}
	for number := range count {
		id, err := account.ParseID(fmt.Sprintf("001000000%06d", number))
		if err != nil {
			t.Fatal(err)
		}
		b.ids = append(b.ids, string(id))
	}
	o := start(t, nil, b.answer)
	return b, o
}

var bounds = regexp.MustCompile(`Id (>=|<) '(\w+)'`)

func (b *big) answer(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	soql, offset := r.URL.Query().Get("q"), 0
	if soql == "" {
		b.pages++
		// The path of a further page holds the query.
		soql = r.URL.Query().Get("of")
		fmt.Sscan(r.URL.Query().Get("from"), &offset)
		if b.dead && strings.HasPrefix(soql, "SELECT Id ") {
			status(404, "")(w, r)
			return
		}
	} else {
		b.asked = append(b.asked, soql[strings.LastIndex(soql, "Customer')")+len("Customer')"):])
	}
	b.serve(w, r, soql, offset)
}

func (b *big) serve(w http.ResponseWriter, r *http.Request, soql string, offset int) {
	ids := slices.Clone(b.ids)
	for _, bound := range bounds.FindAllStringSubmatch(soql, -1) {
		ids = slices.DeleteFunc(ids, func(id string) bool { return (bound[1] == "<") == (id >= bound[2]) })
	}
	if b.repeat != "" && !strings.Contains(soql, "Id <") && strings.Contains(soql, "Id >=") {
		ids[0] = b.repeat
	}
	last := min(offset+2000, len(ids))
	var rows []string
	for _, id := range ids[offset:last] {
		if strings.HasPrefix(soql, "SELECT Id ") {
			rows = append(rows, `{"Id":"`+id+`"}`)
		} else {
			rows = append(rows, strings.ReplaceAll(b.like, "an id", id))
		}
	}
	next := ""
	if last < len(ids) {
		next = fmt.Sprintf("/services/data/v62.0/query/01g?from=%d&of=%s", last, strings.ReplaceAll(strings.Join(strings.Fields(soql), "+"), "'", "%27"))
	}
	body(page(len(ids), next, rows...))(w, r)
}

func (b *big) read(o *org, ranges int) ([]string, error) {
	b.asked, b.pages = nil, 0
	var got []string
	err := o.Customers(o.t.Context(), "2023-11-20", ranges, func(customer *account.Account, _ []string) error {
		got = append(got, string(customer.ID))
		return nil
	})
	// What another range asked for may still be answered.
	o.mu.Lock()
	defer o.mu.Unlock()
	slices.Sort(got)
	slices.Sort(b.asked)
	return got, err
}

func TestRangesLeaveNoGap(t *testing.T) {
	b, o := bigOrg(t, 5003)
	first, second, third := b.ids[1251], b.ids[2502], b.ids[3753]
	var total int
	o.OnTotal = func(count int) { total += count }
	got, err := b.read(o, 4)
	want := []string{
		" AND Id < '" + first + "'",
		" AND Id >= '" + first + "' AND Id < '" + second + "'",
		" AND Id >= '" + second + "' AND Id < '" + third + "'",
		" AND Id >= '" + third + "'",
		" ORDER BY Id",
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, b.asked); diff != "" || err != nil || !slices.Equal(got, b.ids) || total != 5003 || b.pages != 2 {
		t.Errorf("%v, %d accounts of %d, %d further pages\n%s", err, len(got), total, b.pages, diff)
	}
}

func TestFewAccountsAndOneRangeAreASingleQuery(t *testing.T) {
	for _, test := range []struct {
		accounts, ranges int
		want             []string
	}{
		{5003, 1, []string{""}},
		{4999, 4, []string{"", " ORDER BY Id"}},
	} {
		b, o := bigOrg(t, test.accounts)
		got, err := b.read(o, test.ranges)
		if diff := cmp.Diff(test.want, b.asked); diff != "" || err != nil || !slices.Equal(got, b.ids) || b.pages != 2 {
			t.Errorf("%+v: %v, %d accounts, %d further pages\n%s", test, err, len(got), b.pages, diff)
		}
	}
}

func TestALostQueryOfIdsMakesTheRestOneRange(t *testing.T) {
	b, o := bigOrg(t, 5003)
	b.dead = true
	got, err := b.read(o, 4)
	want := []string{" AND Id < '" + b.ids[1251] + "'", " AND Id >= '" + b.ids[1251] + "'", " ORDER BY Id"}
	slices.Sort(want)
	if diff := cmp.Diff(want, b.asked); diff != "" || err != nil || !slices.Equal(got, b.ids) {
		t.Errorf("%v, %d accounts\n%s", err, len(got), diff)
	}
}

func TestAnAccountOfTwoRangesEndsTheRead(t *testing.T) {
	b, o := bigOrg(t, 5003)
	b.repeat = b.ids[7]
	_, err := b.read(o, 4)
	wantError(t, err, "reading customer accounts: account "+b.ids[7]+" came twice, so another may be missing; nothing was written: run again")
}

func TestTheFirstFailureOfARangeEndsAll(t *testing.T) {
	b, o := bigOrg(t, 5003)
	b.ids[3000] = "not an id of an account"
	if _, err := b.read(o, 4); err == nil || !strings.Contains(err.Error(), "not an id") {
		t.Errorf("%v", err)
	}
}
