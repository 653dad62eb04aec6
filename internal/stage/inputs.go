package stage

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// recordFile is how a stage reads a record file: its name, the manifest of the
// stage that wrote it, and its records.
type recordFile[T any] struct {
	name, manifest string
	parse          func(jsontext.Value) (T, error)
	// key is the sort key of the records: the account as it is in the file, and the
	// organization, 0 if there is none.
	key func(T) (account string, organization int64)
}

func (f recordFile[T]) read(s *session, each func(T) error) error {
	return artifact.ReadInput(&s.inputs, f.name, f.manifest, f.parse, each)
}

// open reads the file in the order of its records.
func (f recordFile[T]) open(s *session) (*artifact.SortedInput[T], error) {
	return artifact.OpenSorted(&s.inputs, f.name, f.manifest, f.parse, f.key)
}

// readSorted reads the file in the order of its records.
func (f recordFile[T]) readSorted(s *session, each func(T) error) error {
	opened, err := f.open(s)
	if err != nil {
		return err
	}
	defer opened.Close()
	for {
		record, err := opened.Next()
		if errors.Is(err, io.EOF) {
			return opened.Finish()
		}
		if err == nil {
			err = each(record)
		}
		if err != nil {
			return err
		}
	}
}

func partners() recordFile[*account.Partner] {
	return recordFile[*account.Partner]{
		artifact.SalesforceAccounts(artifact.Partners), artifact.SalesforceManifest(artifact.Partners), artifact.PartnerReader(),
		func(record *account.Partner) (string, int64) { return string(record.ID), 0 },
	}
}

func customers() recordFile[*account.Account] {
	return recordFile[*account.Account]{
		artifact.SalesforceAccounts(artifact.Customers), artifact.SalesforceManifest(artifact.Customers), artifact.AccountReader(),
		func(record *account.Account) (string, int64) { return string(record.ID), 0 },
	}
}

func organizations(schema *field.Schema) recordFile[organization.Organization] {
	return recordFile[organization.Organization]{
		artifact.ZendeskOrgs(schema.Flow), artifact.GatherManifest(schema.Flow),
		func(raw jsontext.Value) (organization.Organization, error) { return organization.Parse(raw, schema) },
		func(org organization.Organization) (string, int64) {
			return string(org.Record.Get(field.SalesforceID)), org.ID
		},
	}
}

func objects(schema *field.Schema) recordFile[entitlement.Entitlement] {
	return recordFile[entitlement.Entitlement]{
		artifact.Accounts(schema.Flow), artifact.ProcessorManifest, entitlement.Reader(schema),
		func(record entitlement.Entitlement) (string, int64) { return string(record.ID), 0 },
	}
}

func leftOut(flow field.Flow) recordFile[entitlement.LeftOut] {
	return recordFile[entitlement.LeftOut]{
		artifact.LeftOut(flow), artifact.ProcessorManifest, entitlement.LeftOutReader(),
		func(record entitlement.LeftOut) (string, int64) { return string(record.ID), 0 },
	}
}

func (s *session) readPartners(each func(*account.Partner) error) error {
	return partners().read(s, each)
}

func (s *session) readCustomers(each func(*account.Account) error) error {
	return customers().read(s, each)
}

func (s *session) readOrganizations(schema *field.Schema, each func(organization.Organization) error) error {
	return organizations(schema).read(s, each)
}

// readPartnerIDs reads the ids of the partner accounts.
func (s *session) readPartnerIDs() (map[account.ID]bool, error) {
	ids := map[account.ID]bool{}
	return ids, s.readPartners(func(partner *account.Partner) error {
		ids[partner.ID] = true
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
