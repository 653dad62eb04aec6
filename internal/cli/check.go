package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

func (a *app) checkCommand() *cobra.Command {
	var files ruleFlags
	offline := false
	command := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration and what it leads to",
		Long: "Check plans.yaml and the overrides file. Unless --offline is given, check the\n" +
			"variables too, log in to all services, and hold each instance's organization fields\n" +
			"against what the flows write.",
		Example: "  zd-sfdc-sync check --offline --plans plans.yaml --overrides-file overrides.yaml",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runCheck(command.Context(), files, offline)
		},
	}
	files.addTo(command)
	command.Flags().BoolVar(&offline, "offline", false, "check the files only, no service")
	return command
}

func (a *app) runCheck(ctx context.Context, files ruleFlags, offline bool) error {
	err := a.checkPlans(files.plans)
	if files.overridesFile != "" {
		err = errors.Join(err, a.checkOverrides(ctx, files.overridesFile))
	}
	if offline {
		return err
	}
	settings := a.settings()
	salesforceConfig := settings.Salesforce()
	instances := map[field.Instance]zendesk.Config{}
	for _, instance := range field.Instances() {
		instances[instance] = settings.Zendesk(instance)
	}
	settings.GitLab()
	if missing := settings.Err(); missing != nil {
		return errors.Join(missing, err)
	}
	a.printf("ok: the variables are set")
	err = errors.Join(err, a.checkSalesforce(ctx, salesforceConfig))
	for _, flow := range field.Flows() {
		err = errors.Join(err, a.checkInstance(ctx, flow, instances[flow.Instance()]))
	}
	if files.overridesFile == "" {
		err = errors.Join(err, a.checkOverrides(ctx, ""))
	}
	return err
}

func (a *app) checkPlans(path string) error {
	text, err := stage.ReadText(path, "plans")
	if err != nil {
		return err
	}
	plans, err := text.ParsePlans()
	if err != nil {
		return err
	}
	a.printf("ok: %s maps %d charge names to %d types", path, len(plans.AllValidPlans()), len(plans.Types()))
	return nil
}

func (a *app) checkOverrides(ctx context.Context, path string) error {
	text, err := a.overridesText(ctx, path)
	if err != nil {
		return err
	}
	entries, err := text.ParseOverrides()
	if err != nil {
		return err
	}
	a.printf("ok: %s holds %d overrides, %d of them expired", text.Name, len(entries.All()), len(entries.Expired(a.date)))
	return nil
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
	if err != nil {
		return fmt.Errorf("flow %s, %s: %w", flow, config.Instance.Title(), err)
	}
	if !fields.KeepsIgnoreDeletion {
		a.printf("warning: %s: %s", config.Instance.Title(), stage.NobodyCanKeep)
	}
	a.printf("ok: %s can hold the %d fields of flow %s", config.Instance.Title(), len(schema.Fields), flow)
	return nil
}
