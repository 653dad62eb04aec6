package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/settings"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

func (a *app) checkCommand() *cobra.Command {
	var files ruleFlags
	offline, format := false, ""
	command := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration and what it leads to",
		Long: "Check plans.yaml and the overrides file. Unless --offline is given, check the\n" +
			"variables too, log in to all services, and hold each instance's organization fields\n" +
			"against what the flows write.",
		Example: "  zd-sfdc-sync check --offline --plans plans.yaml --overrides-file overrides.yaml",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runCheck(command.Context(), files, format, offline)
		},
	}
	files.addTo(command)
	command.Flags().BoolVar(&offline, "offline", false, "check the files only, no service")
	addFormat(command.Flags(), &format)
	return command
}

// checker notes what is found, and goes on after a problem.
type checker struct {
	*app
	found *report.Check
	err   error
}

// note adds what a check found: each line of an error is a problem of its own.
func (c *checker) note(err error, ok string, arguments ...any) {
	c.err = errors.Join(c.err, err)
	var wrong *settings.Error
	switch {
	case err == nil:
		c.found.Add(report.OK, fmt.Sprintf(ok, arguments...))
	case errors.As(err, &wrong):
		for _, problem := range wrong.Problems() {
			c.found.Add(report.Problem, problem)
		}
	default:
		for line := range strings.Lines(err.Error()) {
			if line = strings.Trim(line, "; \t\r\n"); line != "" {
				c.found.Add(report.Problem, line)
			}
		}
	}
}

func (a *app) runCheck(ctx context.Context, files ruleFlags, format string, offline bool) error {
	c := &checker{app: a, found: report.NewCheck()}
	c.plans(files.plans)
	if files.overridesFile != "" {
		c.overrides(ctx, files.overridesFile)
	}
	if !offline {
		c.services(ctx, files.overridesFile == "")
	}
	return errors.Join(c.err, a.print(c.found, format, true))
}

// services logs in everywhere, if the variables for it are there.
func (c *checker) services(ctx context.Context, overrides bool) {
	settings := c.settings()
	salesforceConfig := settings.Salesforce()
	instances := map[field.Instance]zendesk.Config{}
	for _, instance := range field.Instances() {
		instances[instance] = settings.Zendesk(instance)
	}
	settings.GitLab()
	err := settings.Err()
	c.note(err, "the variables are set")
	if err != nil {
		return
	}
	c.note(c.salesforceClient(salesforceConfig).Check(ctx), "Salesforce, %s", salesforceConfig.URL)
	for _, flow := range field.Flows() {
		c.instance(ctx, flow, instances[flow.Instance()])
	}
	if overrides {
		c.overrides(ctx, "")
	}
}

func (c *checker) plans(path string) {
	text, err := stage.ReadText(path, "plans")
	if err != nil {
		c.note(err, "")
		return
	}
	plans, err := text.ParsePlans()
	if err != nil {
		c.note(err, "")
		return
	}
	c.note(nil, "%s maps %d charge names to %d types", path, len(plans.AllValidPlans()), len(plans.Types()))
}

func (c *checker) overrides(ctx context.Context, path string) {
	text, err := c.overridesText(ctx, path)
	if err != nil {
		c.note(err, "")
		return
	}
	entries, err := text.ParseOverrides()
	if err != nil {
		c.note(err, "")
		return
	}
	c.note(nil, "%s holds %d overrides, %d of them expired", text.Name, len(entries.All()), len(entries.Expired(c.date)))
}

func (c *checker) instance(ctx context.Context, flow field.Flow, config zendesk.Config) {
	schema := field.SchemaOf(flow)
	client, err := c.zendeskClient(config, schema)
	if err != nil {
		c.note(err, "")
		return
	}
	fields, err := client.Fields(ctx)
	if err != nil {
		c.note(fmt.Errorf("flow %s, %s: %w", flow, config.Instance.Title(), err), "")
		return
	}
	if !fields.KeepsIgnoreDeletion {
		c.found.Add(report.Warning, config.Instance.Title()+": "+stage.NobodyCanKeep)
	}
	c.note(nil, "%s can hold the %d fields of flow %s", config.Instance.Title(), len(schema.Fields), flow)
}
