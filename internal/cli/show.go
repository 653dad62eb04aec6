package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

type showFlags struct {
	rows        []string
	filter      report.Filter
	format      string
	all         bool
	since       string
	allowEdited bool
}

func (a *app) showCommand() *cobra.Command {
	var flags showFlags
	command := flowCommand("show", "Show the saved plan, with outcomes after a sync",
		"Show <data-dir>/<flow>/plan.json: the accounts that lose support or an entitlement, the\n"+
			"limits, every create, update, mark, held row, conflict and orphan, and the command to\n"+
			"run next. After a sync of the plan, each row has its outcome. Uses no service, only\n"+
			"files.",
		"  zd-sfdc-sync show global --rows updates --field support_level --all\n"+
			"  zd-sfdc-sync show global --format html > plan.html\n"+
			"  zd-sfdc-sync show global --format json | jq -r .plan_id",
		func(_ *cobra.Command, flow field.Flow) error { return a.runShow(flow, flags) })
	set := command.Flags()
	set.StringSliceVar(&flags.rows, "rows", nil, "`kinds` of rows to show: "+strings.Join(report.RowNames(), ", ")+" (default all)")
	set.StringVar(&flags.filter.Field, "field", "", "show rows that change this `field`")
	set.StringVar(&flags.filter.Find, "find", "", "show rows with this `text` in a name, id, reason, value or outcome")
	set.BoolVar(&flags.all, "all", false, "show all rows; without it a terminal shows the first twenty of each kind")
	set.StringVar(&flags.since, "since", "", "data `folder` of the previous run: show which rows are new and which are gone")
	addFormat(set, &flags.format)
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "accept plan files that differ from plan.json")
	return command
}

func (a *app) runShow(flow field.Flow, flags showFlags) error {
	if err := flags.filter.ParseRows(flags.rows); err != nil {
		return usageError(err)
	}
	if _, managed := field.SchemaOf(flow).Index(flags.filter.Field); flags.filter.Field != "" && !managed {
		return usageError(fmt.Errorf("--field %q is not a field of the %s flow; `show %s` lists those that change", flags.filter.Field, flow, flow))
	}
	run := a.run()
	whole, err := stage.Show(run, flow, flags.allowEdited)
	if err != nil {
		return err
	}
	if whole, err = stage.Against(run, whole, artifact.Folder(flags.since)); err != nil {
		return err
	}
	if !flags.filter.IsZero() {
		whole = whole.Filtered(flags.filter)
	}
	if flags.format == page.FormatHTML {
		stage.ExplainRows(run, whole, flags.allowEdited)
	}
	return a.print(whole, flags.format, flags.all || a.Width == 0)
}
