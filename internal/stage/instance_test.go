package stage_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// fakeInstance is a Zendesk instance of values, whose jobs end at once.
type fakeInstance struct {
	// mu guards what writes change: creates are searched for while others are sent.
	mu            sync.Mutex
	schema        *field.Schema
	clock         *clocktest.Clock
	organizations map[int64]organization.Organization
	// fields are those that the schema's flow needs, unless a test sets others.
	fields []zendesk.OrganizationField
	fails  error
	jobs   []zendesk.Job
	writes int
}

func (f *fakeInstance) Fields(context.Context) (zendesk.Fields, error) {
	defined := f.fields
	if defined == nil {
		defined = fieldsFor(f.schema)
	}
	if f.fails != nil {
		return zendesk.Fields{}, f.fails
	}
	return zendesk.MatchFields(f.schema, defined)
}

func (f *fakeInstance) List(_ context.Context, each func(organization.Organization) error) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(f.organizations)) {
		if err := each(f.organizations[id]); err != nil {
			return 0, err
		}
	}
	return len(f.organizations), f.fails
}

func (f *fakeInstance) ShowMany(_ context.Context, ids []int64) (map[int64]organization.Organization, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := map[int64]organization.Organization{}
	for _, id := range ids {
		if org, ok := f.organizations[id]; ok {
			found[id] = org
		}
	}
	return found, f.fails
}

func (f *fakeInstance) FindByName(_ context.Context, name string) ([]organization.Organization, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []organization.Organization
	for _, org := range f.organizations {
		if string(org.Record.Get(field.Name)) == name {
			found = append(found, org)
		}
	}
	return found, f.fails
}

func (f *fakeInstance) FindByAccount(_ context.Context, id account.ID) ([]int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []int64
	for _, org := range f.organizations {
		if org.Record.Get(field.SalesforceID) == field.Value(id) {
			found = append(found, org.ID)
		}
	}
	return found, f.fails
}

func (*fakeInstance) UnfinishedJobs(context.Context) ([]string, error) { return nil, nil }

// firstCreated is the id of the first organization that an instance creates.
const firstCreated int64 = 9001

func (f *fakeInstance) Create(_ context.Context, write zendesk.Write) (organization.Organization, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes++
	id := firstCreated - 1 + int64(f.writes)
	org := organization.Organization{ID: id, Record: f.schema.NewRecord()}
	for _, change := range write.Changes {
		org.Record.Set(change.Field.Key, change.To)
	}
	f.organizations[id] = org
	return org, f.fails
}

func (f *fakeInstance) UpdateMany(_ context.Context, writes []zendesk.Write) (zendesk.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes++
	job := zendesk.Job{ID: "job-" + strconv.Itoa(f.writes), Status: "completed"}
	for _, write := range writes {
		org := f.organizations[write.ID]
		org.Record = org.Record.Clone()
		for _, change := range write.Changes {
			org.Record.Set(change.Field.Key, change.To)
		}
		f.organizations[write.ID] = org
		job.Results = append(job.Results, zendesk.JobResult{ID: write.ID, Updated: true})
	}
	f.jobs = append(f.jobs, job)
	return job, f.fails
}

func (f *fakeInstance) Jobs(_ context.Context, ids []string) ([]zendesk.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []zendesk.Job
	for _, job := range f.jobs {
		if slices.Contains(ids, job.ID) {
			found = append(found, job)
		}
	}
	return found, nil
}

func (*fakeInstance) Pause(_ context.Context, _ int, failure *transport.Error) error { return failure }
