package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

type processorFlags struct {
	plans, overridesFile string
	allowEdited          bool
}

// processorManifest also holds the texts of both files, so that explain can
// say from artifacts alone what the rules made of them.
type processorManifest struct {
	artifact.Manifest
	Unmapped  []unmappedName `json:"unmapped"`
	Plans     string         `json:"plans_yaml"`
	Overrides string         `json:"overrides_yaml"`
}

// unmappedName is a charge name that plans.yaml does not know.
type unmappedName struct {
	Name     string `json:"name"`
	Accounts int    `json:"accounts"`
}

func (a *app) processorCommand() *cobra.Command {
	var flags processorFlags
	command := &cobra.Command{
		Use:   "processor",
		Short: "Decide which support every customer gets",
		Long: "Decide from the gathered artifacts, plans.yaml and the overrides file what each\n" +
			"customer's organization should be, and write <data-dir>/<global|usgov>/accounts.json\n" +
			"and left_out.json. The overrides come from GitLab unless a file is given.",
		Example: "  zd-sfdc-sync processor --plans plans.yaml --overrides-file overrides.yaml",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runProcessor(command.Context(), flags)
		},
	}
	command.Flags().StringVar(&flags.plans, "plans", "plans.yaml", "`file` of product charge names")
	command.Flags().StringVar(&flags.overridesFile, "overrides-file", "", "local overrides `file`, in place of the one in GitLab")
	command.Flags().BoolVar(&flags.allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
	return command
}

func (a *app) runProcessor(ctx context.Context, flags processorFlags) error {
	s := a.newStage("processor", "", nil)
	defer s.batch.Cleanup()
	s.inputs.AllowEdited = flags.allowEdited
	manifest := &processorManifest{Unmapped: []unmappedName{}}
	plans, err := s.readPlans(flags.plans, manifest)
	if err != nil {
		return err
	}
	entries, err := s.readOverrides(ctx, flags.overridesFile, manifest)
	if err != nil {
		return err
	}
	lookups, err := s.readLookups(plans, entries)
	if err != nil {
		return err
	}
	if err := s.checkEndDate(lookups); err != nil {
		return err
	}
	decided, err := s.decideAll(ctx, lookups)
	if err != nil {
		return err
	}
	s.report(decided, entries, lookups, manifest)
	s.manifest.EndDate, s.manifest.GatheredAt = lookups.ThreeYearsOut, s.inputs.GatheredAt()
	if err := s.finish(); err != nil {
		return err
	}
	manifest.Manifest = s.manifest
	return s.commit(artifact.ProcessorManifest, manifest)
}

// readFile reads a file outside the data folder.
func (s *stage) readFile(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, usageError(err)
	}
	return content, nil
}

func digestOf(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

func (s *stage) readPlans(path string, manifest *processorManifest) (*products.Plans, error) {
	content, err := s.readFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading plans: %w; set --plans", err)
	}
	plans, err := products.Parse(path, content)
	if err != nil {
		return nil, usageError(fmt.Errorf("reading plans: %w", err))
	}
	manifest.Plans = string(content)
	s.inputs.Add(artifact.File{Path: path, SHA256: digestOf(content), Records: len(plans.AllValidPlans())})
	return plans, nil
}

func (s *stage) readOverrides(ctx context.Context, path string, manifest *processorManifest) (*overrides.Overrides, error) {
	source := artifact.File{Path: path}
	var content []byte
	if path != "" {
		local, err := s.readFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading overrides: %w; set --overrides-file", err)
		}
		content = local
	} else {
		settings := s.settings()
		config := settings.GitLab()
		if err := settings.Err(); err != nil {
			return nil, err
		}
		file, err := s.fetchOverrides(ctx, config)
		if err != nil {
			return nil, fmt.Errorf("%w; nothing was written, support is as it was", err)
		}
		content = file.Content
		source.Path, source.Commit = config.Project+"/"+config.Path, file.Commit
	}
	entries, err := overrides.Parse(source.Path, content)
	if err != nil {
		return nil, usageError(fmt.Errorf("reading overrides: %w; nothing was written, support is as it was", err))
	}
	manifest.Overrides = string(content)
	source.SHA256, source.Records = digestOf(content), len(entries.All())
	s.inputs.Add(source)
	return entries, nil
}

// readLookups makes the lookup structures.
func (s *stage) readLookups(plans *products.Plans, entries *overrides.Overrides) (*entitlement.Lookups, error) {
	inputs, err := s.readLookupInputs(plans, entries)
	if err != nil {
		return nil, err
	}
	return entitlement.NewLookups(inputs), nil
}

// readLookupInputs reads what the lookup structures are made from: the
// organizations of both instances and, for ownership, the partner accounts.
func (s *stage) readLookupInputs(plans *products.Plans, entries *overrides.Overrides) (inputs entitlement.Inputs, err error) {
	inputs = entitlement.Inputs{Today: s.date, Plans: plans, Overrides: entries}
	if inputs.GlobalOrganizations, err = s.readKnown(field.Global); err != nil {
		return inputs, err
	}
	if inputs.USGovOrganizations, err = s.readKnown(field.USGov); err != nil {
		return inputs, err
	}
	if s.inputs.Missing(artifact.SalesforceAccounts(artifact.Partners)) {
		s.warn(artifact.Warning{
			Code:    "no_partner_artifact",
			Message: "without " + artifact.SalesforceAccounts(artifact.Partners) + " the account_type of organizations tells who is a partner",
		})
		return inputs, nil
	}
	inputs.PartnerAccounts, err = s.readPartnerIDs()
	return inputs, err
}

func (s *stage) readKnown(flow field.Flow) ([]entitlement.Organization, error) {
	schema := field.SchemaOf(flow)
	var all []entitlement.Organization
	err := s.readOrganizations(schema, func(present organization.Organization) error {
		if known, ok := entitlement.OrganizationOf(present); ok {
			all = append(all, known)
		}
		return nil
	})
	return all, err
}

// checkEndDate refuses customers that lack charges which would still count
// (domain.md, Customer accounts).
func (s *stage) checkEndDate(lookups *entitlement.Lookups) error {
	name := artifact.SalesforceManifest(artifact.Customers)
	manifest, err := s.inputs.Manifest(name)
	if err != nil {
		return err
	}
	if manifest.EndDate > lookups.ThreeYearsOut {
		return &artifact.Error{
			Name: name, Problem: fmt.Sprintf("holds charges from %s on, and this run needs those from %s on", manifest.EndDate, lookups.ThreeYearsOut),
			Hint: "run `salesforce customer` with the same --date",
		}
	}
	return nil
}

var errNoGlobalAccount = errors.New("no account gets an organization in Zendesk Global, which cannot be: check the gathered artifacts and plans.yaml; nothing was written")
