//go:build browser

package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// hostileNames are what a page must show as text, whatever it is.
func hostileNames() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</td></tr></table><h1>out</h1>`, `' onclick='alert(1)`,
		`{{.Title}} ${alert(1)} </script><script>alert(2)</script>`, `javascript:alert(1)`, "\x1b[31mred\x1b[0m\x00", "\u202eright to left",
		`<style>body{display:none}</style>`, `<!-- <b>&amp; --> ]]>`, `[link](javascript:alert(1)) **bold**`, `<iframe src="http://127.0.0.1:1/"></iframe>`,
	}
}

// planOf is a plan of at least so many rows, of every kind, with names that are
// hostile, wide and long among them.
func planOf(rows int) *report.Plan {
	schema := field.SchemaOf(field.Global)
	change := func(key string, from, to field.Value) field.Change {
		position, _ := schema.Index(key)
		return field.Change{Field: schema.Fields[position], From: from, To: to}
	}
	names := append(hostileNames(), "株式会社ミュラー", strings.Repeat("Long Name ", 20), "Elm & Sons", "ash", "Birch Incorporated")
	made := &plan.Plan{
		Limits: []plan.LimitCheck{
			{Limit: plan.Limit{Name: plan.LimitCreates, Share: 10_000, Floor: 25}, Count: rows / 7},
			{Limit: plan.Limit{Name: plan.LimitMarks, Share: 100, Floor: 3}, Count: rows/7 + 4, Exceeded: true},
		},
		SupportLevels:  []plan.Movement{{From: "premium", To: "expired", Count: rows / 7}},
		ChangesByField: []plan.FieldCount{{Field: "name", Count: 3}, {Field: "support_level", Count: 9}, {Field: "aar", Count: 40}},
		Warnings:       []plan.Warning{{Code: "odd", Message: names[0]}},
	}
	for i := range (rows + 6) / 7 {
		name, id := names[i%len(names)], account.ID(fmt.Sprintf("001M%011dIAU", i))
		record := schema.NewRecord()
		record.Set(field.Name, field.Value(name))
		record.Set(field.SupportLevel, "ultimate")
		seen := field.SchemaOf(field.Global).NewRecord()
		seen.Set(field.SupportLevel, "expired")
		made.Creates = append(made.Creates, plan.Create{ID: id, Record: record})
		made.Updates = append(made.Updates, plan.Update{ID: int64(10*i + 1), AccountID: id, Name: name, Changes: []field.Change{
			change("account_owner", field.Value(name), "Avery"), change("aar", "1200.5", "1300"),
		}}, plan.Update{ID: int64(10*i + 2), AccountID: id, Name: name, Changes: []field.Change{
			change(field.SupportLevel, "premium", "expired"), change("sub_sm_premium", field.True, ""),
		}})
		made.Marks = append(made.Marks, plan.Mark{ID: int64(10*i + 3), AccountID: id, Name: name, Reason: plan.ExpiredThreeYears, Seen: seen})
		made.Orphans = append(made.Orphans, plan.Orphan{ID: int64(10*i + 4), AccountID: id, Name: name, Reason: plan.OrphanUnknown})
		made.Conflicts = append(made.Conflicts, plan.Conflict{AccountID: id, Name: name, Reason: plan.DuplicateID, OrganizationIDs: []int64{7, 8}})
		made.Unmanaged = append(made.Unmanaged, plan.Unmanaged{ID: int64(10*i + 5), Name: name, SalesforceID: name, Reason: name})
	}
	made.Counts = plan.Counts{
		Organizations: 40 * rows, Creates: len(made.Creates), Updates: len(made.Updates), Marks: len(made.Marks),
		Orphans: len(made.Orphans), Conflicts: len(made.Conflicts), Unmanaged: len(made.Unmanaged),
	}
	whole := report.PlanOf(report.Subject{
		Flow: field.Global, Instance: "https://example.zendesk.com", Date: "2026-06-15", PlanID: "0123456789abcdef", DataDir: "data",
	}, made)
	for i := range whole.Rows {
		if row := &whole.Rows[i]; row.Loses != nil {
			row.Why = &report.Explanation{ID: row.AccountID, Answers: []string{"Zendesk Global: expired: its last charge, " + row.Name + ", ended"}}
		}
	}
	return whole
}

// tab is a page that is open in the browser.
type tab struct {
	context.Context
	t *testing.T

	mutex    sync.Mutex
	address  string
	problems []string
}

// open writes the model as a page, opens it from its file, and fails the test
// if anything leaves the page, an error is on its console, or a dialog opens.
func open(t *testing.T, model report.Model, actions ...chromedp.Action) *tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := page.HTML(out, model); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1400, 1000),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("no-first-run", true), chromedp.Flag("hide-scrollbars", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	o := &tab{Context: ctx, t: t, address: "file://" + file}
	chromedp.ListenTarget(ctx, o.listen)
	t.Cleanup(o.clean)
	o.do(append(append([]chromedp.Action{network.Enable(), log.Enable(), emulation.SetFocusEmulationEnabled(true)}, actions...), chromedp.Navigate(o.address), chromedp.WaitReady("body"))...)
	return o
}

func (o *tab) listen(event any) {
	problem := ""
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if address := event.Request.URL; address != o.address && !strings.HasPrefix(address, "data:") {
			problem = "it asks for " + address
		}
	case *log.EventEntryAdded:
		problem = fmt.Sprintf("console: %s: %s", event.Entry.Level, event.Entry.Text)
	case *runtime.EventExceptionThrown:
		problem = "exception: " + event.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		problem = fmt.Sprintf("console: %s", event.Type)
	case *cdppage.EventJavascriptDialogOpening:
		problem = "a dialog opens: " + event.Message
	}
	if problem != "" {
		o.mutex.Lock()
		o.problems = append(o.problems, problem)
		o.mutex.Unlock()
	}
}

// clean fails the test for everything that was heard of the page.
func (o *tab) clean() {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, problem := range o.problems {
		o.t.Error(problem)
	}
}

func (o *tab) do(actions ...chromedp.Action) {
	o.t.Helper()
	if err := chromedp.Run(o, actions...); err != nil {
		o.t.Fatal(err)
	}
}

// js returns what an expression is on the page.
func js[T any](o *tab, expression string) T {
	o.t.Helper()
	var value T
	o.do(chromedp.Evaluate(expression, &value))
	return value
}

// picture is a picture of the window, kept where PICTURES names a folder.
func (o *tab) picture(name string) {
	o.t.Helper()
	var png []byte
	o.do(chromedp.CaptureScreenshot(&png))
	if len(png) < 1000 {
		o.t.Errorf("a picture of %d bytes", len(png))
	}
	if folder := os.Getenv("PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
}
