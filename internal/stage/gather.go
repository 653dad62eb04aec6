package stage

import (
	"context"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// Zendesk is an instance as it is gathered.
type Zendesk interface {
	// Fields reads the instance's organization fields, and refuses those that
	// cannot hold what the flow writes.
	Fields(ctx context.Context) (zendesk.Fields, error)
	// List gives every organization and returns how many there were. An error
	// says that the list was not complete.
	List(ctx context.Context, each func(organization.Organization) error) (int, error)
}

// Gather reads the organizations of the flow from its instance, whose base URL
// is the source, and writes them as zendesk_orgs.json.
func Gather(ctx context.Context, run *Run, flow field.Flow, source string, instance Zendesk) (*artifact.Manifest, error) {
	return run.gather(flow, source, func(s *session, keep filter) error {
		s.gathered()
		if err := s.checkFields(ctx, instance); err != nil {
			return err
		}
		return s.list(ctx, instance, flow, keep)
	})
}

// filter reports which organizations the flow keeps.
type filter func(organization.Organization) bool

// gather is what every way to read organizations has in common.
func (r *Run) gather(flow field.Flow, source string, read func(*session, filter) error) (*artifact.Manifest, error) {
	manifest := &artifact.Manifest{}
	id := identity{stage: "zendesk-gather", flow: string(flow), manifest: artifact.GatherManifest(flow), source: source}
	return manifest, r.write(id, manifest, func(s *session) error {
		keep, err := s.filter(flow)
		if err != nil {
			return err
		}
		defer r.Progress.End()
		err = read(s, keep)
		s.countRequests()
		return err
	})
}

// filter returns which organizations the flow keeps (docs/rules.md, Stage
// zendesk-gather).
func (s *session) filter(flow field.Flow) (filter, error) {
	if flow != field.Partner {
		return func(organization.Organization) bool { return true }, nil
	}
	partners, err := s.readPartnerIDs()
	return func(org organization.Organization) bool {
		id, ok := org.AccountID()
		return field.IsPartnerType(org.Record.Get(field.AccountType)) || (ok && partners[id])
	}, err
}

// A missing check box ignore_deletion is not a field that the suite writes, so
// it stops nothing; but a reader of a plan with marks should know.
const (
	noIgnoreDeletion = "no_ignore_deletion"
	// NobodyCanKeep is what a missing ignore_deletion means.
	NobodyCanKeep = "the instance has no active check box ignore_deletion, so nobody can keep an organization from being marked"
)

func (s *session) checkFields(ctx context.Context, instance interface {
	Fields(ctx context.Context) (zendesk.Fields, error)
}) error {
	fields, err := instance.Fields(ctx)
	if err != nil {
		return err
	}
	if !fields.KeepsIgnoreDeletion {
		s.warn(artifact.Warning{Code: noIgnoreDeletion, Message: NobodyCanKeep})
	}
	return nil
}

func (s *session) list(ctx context.Context, instance Zendesk, flow field.Flow, keep filter) error {
	file, err := s.batch.Create(artifact.ZendeskOrgs(flow))
	if err != nil {
		return err
	}
	read := 0
	listed, err := instance.List(ctx, func(org organization.Organization) error {
		read++
		s.run.Progress.Update("reading organizations", read)
		if !keep(org) {
			return nil
		}
		return file.Append(string(org.Record.Get(field.SalesforceID)), org.ID, org)
	})
	s.manifest.Counts["listed"] = listed
	return err
}
