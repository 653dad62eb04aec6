package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/settings"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (a *app) checkCommand() *cobra.Command {
	var files ruleFlags
	format, offline := "", false
	command := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, plans.yaml, the overrides file and the services",
		Long: "Check plans.yaml and the overrides file. Unless --offline is given, also test every\n" +
			"service without writing: log in, run both Salesforce queries with every column, and\n" +
			"check that each instance's organization fields and options accept what the flows\n" +
			"write. Prints one line for each finding, and for each test that was not possible.",
		Example: "  zd-sfdc-sync check --offline --plans plans.yaml --overrides-file overrides.yaml",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runCheck(command.Context(), files, format, offline)
		},
	}
	files.addTo(command)
	command.Flags().BoolVar(&offline, "offline", false, "check only the files, no service")
	addFormat(command.Flags(), &format)
	return command
}

func (a *app) runCheck(ctx context.Context, files ruleFlags, format string, offline bool) error {
	checker := &stage.Checker{Run: a.run(), Found: report.NewCheck()}
	plans, err := stage.ReadText(files.plans, "plans")
	if !checker.Problem(err) {
		checker.Plans(plans)
	}
	if files.overridesFile != "" {
		a.checkOverrides(ctx, checker, files.overridesFile)
	}
	if !offline {
		a.checkServices(ctx, checker, files.overridesFile == "")
	}
	return errors.Join(checker.Err, a.print(checker.Found, format, true))
}

// checkServices contacts every service whose variables are right, after it has recorded
// what is wrong with those of the others.
func (a *app) checkServices(ctx context.Context, checker *stage.Checker, overrides bool) {
	all := a.settings()
	all.Salesforce()
	for _, instance := range field.Instances() {
		all.Zendesk(instance)
	}
	all.GitLab()
	if wrong := all.Err(); wrong == nil {
		checker.OK("the variables are set")
	} else {
		a.noteSettings(checker, wrong)
	}
	asked := a.checkSalesforce(ctx, checker)
	for _, instance := range field.Instances() {
		asked = a.checkInstance(ctx, checker, instance) || asked
	}
	// If no variable is set, nobody wants the overrides of GitLab's default project.
	if read := a.settings(); overrides {
		if read.GitLab(); asked && usable(checker, "GitLab", read) {
			a.checkOverrides(ctx, checker, "")
		}
	}
}

// noteSettings records each problem of the variables.
func (a *app) noteSettings(checker *stage.Checker, err error) {
	var wrong *settings.Error
	if !errors.As(err, &wrong) {
		checker.Problem(err)
		return
	}
	checker.Err = errors.Join(checker.Err, wrong)
	for _, problem := range wrong.Problems() {
		checker.Found.Add(report.Problem, problem)
	}
}

// usable reports whether a service can be contacted, and records why not.
func usable(checker *stage.Checker, service string, read *settings.Settings) bool {
	if read.Err() != nil {
		checker.NotAsked("%s, because its variables have problems", service)
	}
	return read.Err() == nil
}

func (a *app) checkOverrides(ctx context.Context, checker *stage.Checker, path string) {
	text, err := a.overridesText(ctx, path)
	if !checker.Problem(err) {
		checker.Overrides(text)
	}
}

func (a *app) checkSalesforce(ctx context.Context, checker *stage.Checker) (asked bool) {
	read := a.settings()
	config := read.Salesforce()
	if !usable(checker, "Salesforce", read) {
		return false
	}
	checker.Salesforce(ctx, config.URL.String(), config.APIVersion, a.salesforceClient(config))
	return true
}

func (a *app) checkInstance(ctx context.Context, checker *stage.Checker, instance field.Instance) (asked bool) {
	read := a.settings()
	config := read.Zendesk(instance)
	if !usable(checker, instance.Title(), read) {
		return false
	}
	var flows []field.Flow
	for _, flow := range field.Flows() {
		if flow.Instance() == instance {
			flows = append(flows, flow)
		}
	}
	checker.Instance(ctx, instance.Title(), flows, func(flow field.Flow, writes bool) (stage.CheckedInstance, error) {
		config.Writes = writes
		return a.zendeskClient(config, field.SchemaOf(flow))
	})
	return true
}
