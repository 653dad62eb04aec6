package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

type checkFlags struct {
	offline              bool
	plans, overridesFile string
}

func (a *app) checkCommand() *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration and what it leads to",
		Long: "Check plans.yaml and the overrides file. Unless --offline is given, check the\n" +
			"variables too, log in to all services, and hold each instance's organization fields\n" +
			"against what the flows write.",
		Example: "  zd-sfdc-sync check --offline --plans plans.yaml --overrides-file overrides.yaml",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runCheck(command.Context(), flags)
		},
	}
	command.Flags().BoolVar(&flags.offline, "offline", false, "check the files only, no service")
	command.Flags().StringVar(&flags.plans, "plans", "plans.yaml", "`file` of product charge names")
	command.Flags().StringVar(&flags.overridesFile, "overrides-file", "", "local overrides `file`, in place of the one in GitLab")
	return command
}

func (a *app) runCheck(ctx context.Context, flags checkFlags) error {
	err := errors.Join(a.checkPlans(flags.plans), a.checkOverridesFile(flags.overridesFile))
	if flags.offline {
		return err
	}
	settings := a.settings()
	salesforceConfig := settings.Salesforce()
	instances := map[field.Instance]zendesk.Config{
		field.GlobalInstance: settings.Zendesk(field.GlobalInstance), field.USGovInstance: settings.Zendesk(field.USGovInstance),
	}
	gitlabConfig := settings.GitLab()
	if missing := settings.Err(); missing != nil {
		return errors.Join(missing, err)
	}
	a.printf("ok: the variables are set")
	err = errors.Join(err, a.checkSalesforce(ctx, salesforceConfig))
	for _, flow := range field.Flows() {
		err = errors.Join(err, a.checkInstance(ctx, flow, instances[flow.Instance()]))
	}
	if flags.overridesFile == "" {
		err = errors.Join(err, a.checkOverrides(ctx, gitlabConfig))
	}
	return err
}

func (a *app) checkPlans(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return usageError(fmt.Errorf("reading plans: %w; set --plans", err))
	}
	plans, err := products.Parse(path, content)
	if err != nil {
		return usageError(err)
	}
	a.printf("ok: %s maps %d charge names to %d types", path, len(plans.AllValidPlans()), len(plans.Types()))
	return nil
}

func (a *app) checkOverridesFile(path string) error {
	if path == "" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return usageError(fmt.Errorf("reading overrides: %w; set --overrides-file", err))
	}
	return a.checkOverridesText(path, content)
}

func (a *app) checkOverridesText(name string, content []byte) error {
	entries, err := overrides.Parse(name, content)
	if err != nil {
		return usageError(err)
	}
	a.printf("ok: %s holds %d overrides, %d of them expired", name, len(entries.All()), len(entries.Expired(a.date)))
	return nil
}

func (a *app) checkOverrides(ctx context.Context, config gitlab.Config) error {
	file, err := a.fetchOverrides(ctx, config)
	if err != nil {
		return err
	}
	return a.checkOverridesText(config.Project+"/"+config.Path, file.Content)
}

func (a *app) checkSalesforce(ctx context.Context, config salesforce.Config) error {
	if err := a.salesforceClient(config).Check(ctx); err != nil {
		return err
	}
	a.printf("ok: Salesforce, %s", config.URL)
	return nil
}

func (a *app) checkInstance(ctx context.Context, flow field.Flow, config zendesk.Config) error {
	schema := field.SchemaOf(flow)
	client, err := a.zendeskClient(config, schema)
	if err != nil {
		return err
	}
	fields, err := client.Fields(ctx)
	if err == nil {
		err = zendesk.CheckFields(schema, fields)
	}
	if err != nil {
		return fmt.Errorf("flow %s, %s: %w", flow, config.Instance.Title(), err)
	}
	if !zendesk.KeepsIgnoreDeletion(fields) {
		a.printf("warning: %s: %s", config.Instance.Title(), nobodyCanKeep)
	}
	a.printf("ok: %s can hold the %d fields of flow %s", config.Instance.Title(), len(schema.Fields), flow)
	return nil
}
