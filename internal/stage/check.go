package stage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// Checker checks the files and the services without writing anything.
type Checker struct {
	Run *Run
	// Found has all findings so far, Err all problems among them.
	Found *report.Check
	Err   error
}

// CheckedOrg is what a check needs of a Salesforce org.
type CheckedOrg interface {
	// Login returns the scopes of a new session, empty if it has none.
	Login(ctx context.Context) (scope string, err error)
	// SamplePartners and SampleCustomers read some accounts with every column.
	SamplePartners(ctx context.Context) (salesforce.Sample, error)
	SampleCustomers(ctx context.Context, end account.Date) (salesforce.Sample, error)
}

// CheckedInstance is what a check needs of a Zendesk instance, for one flow.
type CheckedInstance interface {
	Login(ctx context.Context) (scope string, err error)
	Fields(ctx context.Context) (zendesk.Fields, error)
	Count(ctx context.Context) (int, error)
	// FindByAccount, FindByName and UnfinishedJobs are the other requests of sync.
	FindByAccount(ctx context.Context, id account.ID) ([]int64, error)
	FindByName(ctx context.Context, name string) ([]organization.Organization, error)
	UnfinishedJobs(ctx context.Context) ([]string, error)
}

// OK adds a finding without a problem.
func (c *Checker) OK(format string, arguments ...any) {
	c.Found.Add(report.OK, fmt.Sprintf(format, arguments...))
}

// NotAsked adds a check that was not possible, and why.
func (c *Checker) NotAsked(format string, arguments ...any) {
	c.Found.Add(report.NotAsked, fmt.Sprintf(format, arguments...))
}

func (c *Checker) warn(text string) { c.Found.Add(report.Warning, text) }

// Problem adds each line of an error as a problem, and reports whether there was an
// error.
func (c *Checker) Problem(err error) bool {
	if err == nil {
		return false
	}
	c.Err = errors.Join(c.Err, err)
	for line := range strings.Lines(err.Error()) {
		if line = strings.Trim(line, "; \t\r\n"); line != "" {
			c.Found.Add(report.Problem, line)
		}
	}
	return true
}

// Salesforce logs in and tries both queries.
func (c *Checker) Salesforce(ctx context.Context, source, version string, org CheckedOrg) {
	scope, err := org.Login(ctx)
	if c.Problem(err) {
		c.NotAsked("Salesforce: both queries, because there is no session")
		return
	}
	c.OK("Salesforce, %s: logged in, API version %s%s", source, version, scopes(scope))
	for _, query := range []struct {
		name   string
		sample func() (salesforce.Sample, error)
	}{
		{"partner", func() (salesforce.Sample, error) { return org.SamplePartners(ctx) }},
		{"customer", func() (salesforce.Sample, error) { return org.SampleCustomers(ctx, c.Run.Day.ThreeYearsOut()) }},
	} {
		sample, err := query.sample()
		if c.Problem(err) {
			continue
		}
		c.OK("Salesforce: the %s query answers with every column; %s", query.name, report.Many(sample.Accounts, "account"))
		for _, id := range slices.Sorted(maps.Keys(sample.Mangled)) {
			c.warn(fmt.Sprintf("account %s: %s", id, notUnicode(strings.Join(sample.Mangled[id], ", "))))
		}
	}
}

// Instance logs in, and checks the instance's organization fields against what its
// flows write. It requests a client with the scope of the reading stages, and one
// with that of sync.
func (c *Checker) Instance(ctx context.Context, name string, flows []field.Flow, of func(flow field.Flow, writes bool) (CheckedInstance, error)) {
	for number, flow := range flows {
		instance, err := of(flow, false)
		if number == 0 && err == nil {
			err = c.login(ctx, name, instance)
		}
		if c.Problem(err) {
			c.NotAsked("%s: organization fields, searches and jobs, because there is no login", name)
			return
		}
		c.fields(ctx, name, flow, instance, number == 0)
	}
	instance, err := of(flows[0], true)
	if err == nil {
		err = c.writes(ctx, name, instance)
	}
	c.Problem(err)
}

// fields checks the fields against what the flow writes, and checks once what all
// flows have in common.
func (c *Checker) fields(ctx context.Context, name string, flow field.Flow, instance CheckedInstance, first bool) {
	fields, err := instance.Fields(ctx)
	if err != nil {
		c.Problem(fmt.Errorf("flow %s, %s: %w", flow, name, err))
	} else {
		c.OK("%s can hold the %d fields of flow %s%s", name, len(field.SchemaOf(flow).Fields), flow, taggedOtherwise(fields))
	}
	if first && err == nil && !fields.KeepsIgnoreDeletion {
		c.warn(name + ": " + NobodyCanKeep)
	}
	if first {
		c.lookups(ctx, name, instance)
	}
}

// writes reports whether sync may write.
func (c *Checker) writes(ctx context.Context, name string, instance CheckedInstance) error {
	scope, err := instance.Login(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("%s: the scopes that sync needs, read and write: %w", name, err)
	case scope == "":
		return nil
	case !slices.Contains(strings.Fields(scope), "write"):
		return fmt.Errorf("%s gives the scope %q where sync needs read and write: change the OAuth client's scopes", name, scope)
	}
	c.OK("%s: sync may write, scope %s", name, scope)
	return nil
}

// lookups makes the requests that sync makes before it writes.
func (c *Checker) lookups(ctx context.Context, name string, instance CheckedInstance) {
	const nobody = "001000000000000AAA"
	_, byAccount := instance.FindByAccount(ctx, nobody)
	_, byName := instance.FindByName(ctx, "an organization that nobody has")
	if failed := c.Problem(byAccount); !c.Problem(byName) && !failed {
		c.OK("%s: organizations can be searched by Salesforce id and by name", name)
	}
	if jobs, err := instance.UnfinishedJobs(ctx); !c.Problem(err) {
		c.OK("%s: the list of jobs can be read; %d that update organizations are unfinished", name, len(jobs))
	}
}

func (c *Checker) login(ctx context.Context, name string, instance CheckedInstance) error {
	scope, err := instance.Login(ctx)
	if err != nil {
		return err
	}
	organizations, err := instance.Count(ctx)
	if err != nil {
		return err
	}
	c.OK("%s: logged in%s; %s", name, scopes(scope), report.Many(organizations, "organization"))
	return nil
}

func scopes(scope string) string {
	if scope == "" {
		return ""
	}
	return ", scope " + scope
}

// taggedOtherwise lists the options whose tag is not the value that they stand
// for.
func taggedOtherwise(fields zendesk.Fields) string {
	var odd []string
	for _, option := range fields.Options {
		if option.Tag != string(option.Value) {
			odd = append(odd, fmt.Sprintf("%s %s for %s", option.Key, option.Tag, option.Value))
		}
	}
	if len(odd) == 0 {
		return ""
	}
	return "; it tags " + strings.Join(odd, ", ")
}

// Plans parses plans.yaml, and compares it with the products of the customers in
// the data folder, if they were read.
func (c *Checker) Plans(text Text) {
	plans, err := text.ParsePlans()
	if c.Problem(err) {
		return
	}
	c.OK("%s maps %s to %s", text.Name, report.Many(len(plans.AllValidPlans()), "charge name"), report.Many(len(plans.Types()), "type"))
	for _, warning := range plans.Warnings() {
		c.warn(warning)
	}
	c.sold(text.Name, plans)
}

// names are the charge names that accounts have, each with its number of
// accounts.
type names map[string]int

func (n names) add(charges []account.Charge, counts func(account.Charge) bool) {
	has := map[string]bool{}
	for _, charge := range charges {
		if counts(charge) {
			has[products.NormalName(charge.ChargeName)] = true
		}
	}
	for name := range has {
		n[name]++
	}
}

func (c *Checker) sold(name string, plans *products.Catalog) {
	day := c.Run.Day
	sold, ever := names{}, names{}
	s := c.Run.open(true)
	err := s.readCustomers(func(customer *account.Account) error {
		sold.add(customer.Charges, func(charge account.Charge) bool { return charge.Current(day, day.ExpiredEndDate()) })
		ever.add(customer.Charges, func(account.Charge) bool { return true })
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		c.NotAsked("%s against what is sold, because the data folder has no customers: run `zd-sfdc-sync salesforce customer` first", name)
		return
	}
	if c.Problem(err) {
		return
	}
	unmapped := slices.DeleteFunc(slices.Collect(maps.Keys(sold)), func(charge string) bool {
		_, mapped := plans.TypeOf(charge)
		return mapped || plans.Ignored(charge)
	})
	slices.SortFunc(unmapped, func(a, b string) int { return cmp.Or(sold[b]-sold[a], strings.Compare(a, b)) })
	for _, charge := range unmapped {
		c.warn(fmt.Sprintf("%s does not have the charge name %q, which is current for %s", name, charge, report.Many(sold[charge], "account")))
	}
	unused := slices.DeleteFunc(slices.Sorted(maps.Keys(plans.AllValidPlans())), func(charge string) bool { return ever[charge] > 0 })
	if len(unused) > 0 {
		c.Found.Add(report.OK, fmt.Sprintf("%s has %s that no account has", name, report.Many(len(unused), "charge name")), unused...)
	}
	c.OK("%s has %d of the %d charge names that are current in the data folder", name, len(sold)-len(unmapped), len(sold))
}

// Overrides checks the overrides file.
func (c *Checker) Overrides(text Text) {
	entries, err := text.ParseOverrides()
	if c.Problem(err) {
		return
	}
	from := ""
	if text.Commit != "" {
		from = ", of commit " + text.Commit
	}
	for _, entry := range entries.All() {
		date, set := entry.Value(field.ExpirationDate)
		if set && date != "" && account.Date(date) < c.Run.Day && !entry.ExpiredOn(c.Run.Day) {
			c.warn(fmt.Sprintf("%s:%d: the expiration_date of %s, %s, is in the past; check that this is meant", text.Name, entry.Line, entry.ID, date))
		}
	}
	c.OK("%s holds %s, %d of them expired%s", text.Name, report.Many(len(entries.All()), "override"), len(entries.Expired(c.Run.Day)), from)
}
