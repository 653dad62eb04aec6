package stage_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// Accounts of these tests.
const (
	birch = account.ID("001B0000002Gcp0IAC")
	maple = account.ID("001M000000qfPySIAU")
	tulip = account.ID("001T0000007AkXZIA0")
	today = account.Date("2026-11-21")
)

const (
	plansText = "subscriptions:\n  sub_sm_premium:\n    support_level: premium\n    seats: true\n    usgov: exception\n    charges:\n      - Premium\n" +
		"ignored:\n  - Travel\n"
	salesforceURL = "https://example.my.salesforce.com"
)

// world is a data folder, a clock, and what the services hold.
type world struct {
	*testing.T
	folder    artifact.Folder
	clock     *clocktest.Clock
	day       account.Date
	log       bytes.Buffer
	org       fakeOrg
	instances map[field.Flow]*fakeInstance
	plans     string
	overrides string
	// progress is what the stages reported.
	progress fakeProgress
}

func newWorld(t *testing.T) *world {
	w := &world{
		T: t, folder: artifact.Folder(t.TempDir()), day: today, plans: plansText,
		clock:     clocktest.New(time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)),
		instances: map[field.Flow]*fakeInstance{},
	}
	for _, flow := range field.Flows() {
		w.instances[flow] = &fakeInstance{schema: field.SchemaOf(flow), organizations: map[int64]organization.Organization{}, clock: w.clock}
	}
	return w
}

func (w *world) run() *stage.Run {
	return &stage.Run{
		Folder: w.folder, Day: w.day, Clock: w.clock, Log: slog.New(slog.NewTextHandler(&w.log, nil)), Version: "test",
		Started: w.clock.Now(), Progress: &w.progress, Requests: func() transport.Stats { return transport.Stats{Requests: 3, Waited: 1600 * time.Millisecond} },
	}
}

// customer is an account with a premium charge that ends on the day.
func customer(id account.ID, name string, end account.Date) *account.Account {
	return &account.Account{
		ID: id, ShortID: id.Short(), Name: name, Type: "Customer", SalesSegment: "large", ARR: "100",
		Subscriptions: []account.Subscription{{ID: "a01" + string(id), Name: "A-S1", Status: "Active", StartDate: "2026-01-01", EndDate: end}},
		Charges: []account.Charge{{
			ID: "a02" + string(id), ChargeName: "Premium", Subscription: "a01" + string(id), StartDate: "2026-01-01", EndDate: end, Quantity: "5",
		}},
	}
}

// exists puts an organization into the instance of the flow.
func (w *world) exists(flow field.Flow, id int64, values map[string]field.Value) {
	w.existsFor(&account.Account{}, flow, id, values)
}

// existsFor puts an organization into the instance of the flow that has what is copied
// from its customer, and these values.
func (w *world) existsFor(customer *account.Account, flow field.Flow, id int64, values map[string]field.Value) {
	record := field.SchemaOf(flow).FromProfile(customer.Profile())
	for key, value := range values {
		record.Set(key, value)
	}
	w.instances[flow].organizations[id] = organization.Organization{ID: id, Record: record}
}

// gathered runs the stages before the processor.
func (w *world) gathered() {
	w.Helper()
	w.readSalesforce(artifact.Partners)
	w.readSalesforce(artifact.Customers)
	w.gather(field.Global)
	w.gather(field.USGov)
}

func (w *world) readSalesforce(side artifact.Side) *artifact.Manifest {
	w.Helper()
	manifest, err := stage.ReadSalesforce(w.Context(), w.run(), side, salesforceURL, &w.org, 4)
	w.ok(err)
	return manifest
}

func (w *world) gather(flow field.Flow) *artifact.Manifest {
	w.Helper()
	manifest, err := stage.Gather(w.Context(), w.run(), flow, sourceOf(flow), w.instances[flow])
	w.ok(err)
	return manifest
}

func (w *world) processOptions() stage.ProcessOptions {
	return stage.ProcessOptions{Plans: stage.Text{Name: "plans.yaml", Content: w.plans}, Overrides: stage.Text{Name: "overrides.yaml", Content: w.overrides}}
}

func (w *world) process() *stage.ProcessorDocument {
	w.Helper()
	document, err := stage.Process(w.Context(), w.run(), w.processOptions())
	w.ok(err)
	return document
}

func (w *world) compare(flow field.Flow, set ...func(*stage.CompareOptions)) (*stage.PlanDocument, *plan.Plan) {
	w.Helper()
	options := stage.CompareOptions{Limits: plan.DefaultLimits(flow)}
	for _, change := range set {
		change(&options)
	}
	document, made, err := stage.Compare(w.Context(), w.run(), flow, options)
	w.ok(err)
	return document, made
}

func (w *world) target(flow field.Flow) *stage.Target {
	return &stage.Target{Instance: w.instances[flow], Source: sourceOf(flow), URLVariable: "ZENDESK_URL"}
}

func sourceOf(flow field.Flow) string { return "https://" + string(flow.Instance()) + ".zendesk.com" }

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) read(name string) string {
	w.Helper()
	content, err := os.ReadFile(w.folder.Path(name))
	w.ok(err)
	return string(content)
}

func (w *world) write(name, content string) {
	w.Helper()
	w.ok(os.WriteFile(w.folder.Path(name), []byte(content), 0o600))
}

// files are all files of the folder by name.
func (w *world) files() map[string]string {
	w.Helper()
	files := map[string]string{}
	w.ok(filepath.WalkDir(string(w.folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(string(w.folder), path)
		files[filepath.ToSlash(name)] = w.read(name)
		return err
	}))
	return files
}

// refused demands an error of the kind whose text holds each part, and that the
// folder is as it was before the work.
func refused[E error](w *world, work func() error, parts ...string) {
	w.Helper()
	before := w.files()
	err := work()
	var kind E
	if !errors.As(err, &kind) {
		w.Fatalf("the error is %v, want a %T", err, kind)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			w.Errorf("the error %q lacks %q", err, part)
		}
	}
	if after := w.files(); !maps.Equal(before, after) {
		w.Errorf("the folder changed: %v, was %v", slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
	}
}

// fakeOrg is a Salesforce org of values.
type fakeOrg struct {
	partners  []*account.Partner
	customers []*account.Account
	// mangled are columns of every account.
	mangled []string
	fails   error
	end     account.Date
}

func (o *fakeOrg) Partners(_ context.Context, each func(*account.Partner, []string) error) error {
	for _, partner := range o.partners {
		if err := each(partner, o.mangled); err != nil {
			return err
		}
	}
	return o.fails
}

func (o *fakeOrg) Customers(_ context.Context, end account.Date, _ int, each func(*account.Account, []string) error) error {
	o.end = end
	for _, customer := range o.customers {
		if err := each(customer, o.mangled); err != nil {
			return err
		}
	}
	return o.fails
}

type fakeProgress struct{ updates, ends int }

func (*fakeProgress) Expect(int)           {}
func (p *fakeProgress) Update(string, int) { p.updates++ }
func (p *fakeProgress) End()               { p.ends++ }

// fieldsFor are organization fields that can hold what the schema's flow writes.
func fieldsFor(schema *field.Schema) []zendesk.OrganizationField {
	var fields []zendesk.OrganizationField
	for _, managed := range schema.Fields {
		next := zendesk.OrganizationField{Key: managed.Key, Type: managed.Kind.ZendeskTypes()[0], Active: true}
		for _, tag := range managed.Tags(schema.Flow) {
			next.Options = append(next.Options, struct {
				Value string `json:"value"`
			}{tag})
		}
		fields = append(fields, next)
	}
	return append(fields, zendesk.OrganizationField{Key: field.IgnoreDeletion, Type: "checkbox", Active: true})
}

func (w *world) remove(name string) {
	w.Helper()
	w.ok(os.Remove(w.folder.Path(name)))
}
