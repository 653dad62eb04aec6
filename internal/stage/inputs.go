package stage

import (
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

func (s *session) readPartners(each func(*account.Partner) error) error {
	return artifact.ReadInput(&s.inputs, artifact.SalesforceAccounts(artifact.Partners),
		artifact.SalesforceManifest(artifact.Partners), artifact.PartnerReader(), each)
}

func (s *session) readCustomers(each func(*account.Account) error) error {
	return artifact.ReadInput(&s.inputs, artifact.SalesforceAccounts(artifact.Customers),
		artifact.SalesforceManifest(artifact.Customers), artifact.AccountReader(), each)
}

func (s *session) readOrganizations(schema *field.Schema, each func(organization.Organization) error) error {
	return artifact.ReadInput(&s.inputs, artifact.ZendeskOrgs(schema.Flow), artifact.GatherManifest(schema.Flow),
		func(raw jsontext.Value) (organization.Organization, error) { return organization.Parse(raw, schema) }, each)
}

func (s *session) readObjects(schema *field.Schema, each func(entitlement.Object) error) error {
	return artifact.ReadInput(&s.inputs, artifact.Accounts(schema.Flow), artifact.ProcessorManifest,
		entitlement.ObjectReader(schema), each)
}

func (s *session) readLeftOut(flow field.Flow, each func(entitlement.LeftOut) error) error {
	return artifact.ReadInput(&s.inputs, artifact.LeftOut(flow), artifact.ProcessorManifest, entitlement.LeftOutReader(), each)
}

// readPartnerIDs reads which accounts are partners.
func (s *session) readPartnerIDs() (map[account.ID]bool, error) {
	ids := map[account.ID]bool{}
	return ids, s.readPartners(func(partner *account.Partner) error {
		ids[partner.ID] = true
		return nil
	})
}

// readCustomerIDs reads which accounts are customers.
func (s *session) readCustomerIDs() (map[account.ID]bool, error) {
	ids := map[account.ID]bool{}
	return ids, s.readCustomers(func(customer *account.Account) error {
		ids[customer.ID] = true
		return nil
	})
}

func (s *session) hasPartners() bool {
	return !s.inputs.Missing(artifact.SalesforceAccounts(artifact.Partners))
}

func (s *session) hasCustomers() bool {
	return !s.inputs.Missing(artifact.SalesforceAccounts(artifact.Customers))
}

func emptyArtifact(name string) error {
	return &artifact.Error{
		Name: name, Problem: "is empty",
		Hint: "run " + artifact.Command(name) + " again; if it stays empty, check what the integration user may see",
	}
}
