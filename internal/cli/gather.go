package cli

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

func (a *app) gatherCommand() *cobra.Command {
	return flowCommand("zendesk-gather", "Read the organizations from Zendesk",
		"Check that the instance's organization fields can hold what the flow writes, then\n"+
			"read its organizations and write them to <data-dir>/<flow>/zendesk_orgs.json.\n"+
			"The partner flow keeps those of a partner type and those of its Salesforce\n"+
			"accounts, so `salesforce partner` comes before it.",
		"  zd-sfdc-sync zendesk-gather global",
		func(command *cobra.Command, flow field.Flow) error { return a.runGather(command.Context(), flow) })
}

func (a *app) runGather(ctx context.Context, flow field.Flow) error {
	settings := a.settings()
	config := settings.Zendesk(flow.Instance())
	if err := settings.Err(); err != nil {
		return err
	}
	s := a.newStage("zendesk-gather", string(flow), config.URL)
	defer s.batch.Cleanup()
	s.gathered()
	schema := field.SchemaOf(flow)
	keep := func(organization.Organization) bool { return true }
	if flow == field.Partner {
		partners, err := s.readPartnerIDs()
		if err != nil {
			return err
		}
		keep = func(present organization.Organization) bool {
			id, ok := present.AccountID()
			return field.IsPartnerType(present.Record.Get(field.AccountType)) || (ok && partners[id])
		}
	}
	client, err := a.zendeskClient(config, schema)
	if err != nil {
		return err
	}
	if err := s.checkFields(ctx, client, schema); err != nil {
		return err
	}
	if err := s.list(ctx, client, schema, keep); err != nil {
		return err
	}
	if err := s.finish(); err != nil {
		return err
	}
	return s.commit(artifact.GatherManifest(flow), &s.manifest)
}

// A missing check box ignore_deletion is no field that the suite writes, so it
// stops nothing; but whoever reads a plan with marks should know.
const (
	noIgnoreDeletion = "no_ignore_deletion"
	nobodyCanKeep    = "the instance has no active check box ignore_deletion, so nobody can keep an organization from being marked"
)

func (s *stage) checkFields(ctx context.Context, client *zendesk.Client, schema *field.Schema) error {
	fields, err := client.Fields(ctx)
	if err != nil {
		return err
	}
	if err := zendesk.CheckFields(schema, fields); err != nil {
		return err
	}
	if !zendesk.KeepsIgnoreDeletion(fields) {
		s.warn(artifact.Warning{Code: noIgnoreDeletion, Message: nobodyCanKeep})
	}
	return nil
}

func (s *stage) list(ctx context.Context, client *zendesk.Client, schema *field.Schema, keep func(organization.Organization) bool) error {
	file, err := s.batch.Create(artifact.ZendeskOrgs(schema.Flow))
	if err != nil {
		return err
	}
	var line []byte
	client.OnTotal = s.progress.expect
	read := 0
	listed, err := client.List(ctx, func(present organization.Organization) error {
		read++
		s.progress.update("reading organizations", read)
		if !keep(present) {
			return nil
		}
		line = present.AppendJSON(line[:0])
		return file.Append(string(present.Record.Get(field.SalesforceID)), present.ID, line)
	})
	s.progress.end()
	s.manifest.Counts["listed"] = listed
	return err
}

// readPartnerIDs reads which accounts are partners.
func (s *stage) readPartnerIDs() (map[account.ID]bool, error) {
	ids := map[account.ID]bool{}
	err := s.readPartners(func(partner *account.Partner) error {
		ids[partner.ID] = true
		return nil
	})
	return ids, err
}

func (s *stage) readPartners(each func(*account.Partner) error) error {
	return artifact.ReadInput(&s.inputs, artifact.SalesforceAccounts(artifact.Partners),
		artifact.SalesforceManifest(artifact.Partners), artifact.ParsePartner, each)
}

func (s *stage) readCustomers(each func(*account.Account) error) error {
	return artifact.ReadInput(&s.inputs, artifact.SalesforceAccounts(artifact.Customers),
		artifact.SalesforceManifest(artifact.Customers), artifact.ParseAccount, each)
}

func (s *stage) readOrganizations(schema *field.Schema, each func(organization.Organization) error) error {
	return artifact.ReadInput(&s.inputs, artifact.ZendeskOrgs(schema.Flow), artifact.GatherManifest(schema.Flow),
		func(raw jsontext.Value) (organization.Organization, error) { return organization.Parse(raw, schema) }, each)
}
