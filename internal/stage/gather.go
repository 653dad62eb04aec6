package stage

import (
	"context"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// Zendesk is what a gather needs of an instance.
type Zendesk interface {
	// Fields reads the instance's organization fields. An error names those that
	// do not match what the flow writes.
	Fields(ctx context.Context) (zendesk.Fields, error)
	// List passes on every organization and returns their number. An error means
	// that the list is incomplete.
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

// gather is the common part of both ways to read organizations.
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

// The suite does not write the check box ignore_deletion, so the stage continues
// without it; but the reader of a plan with marks should know.
const (
	noIgnoreDeletion = "no_ignore_deletion"
	// NobodyCanKeep explains a missing ignore_deletion.
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
