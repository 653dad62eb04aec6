package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/flags"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

type undoFlags struct {
	out         string
	limits      flags.Limits
	reports     reportFlags
	allowEdited bool
}

func (a *app) undoCommand() *cobra.Command {
	flags := undoFlags{limits: flags.Limits{}}
	command := flowCommand("undo", "Plan the reverse of a sync",
		"Make a plan that reverses the sync of <data-dir>/<flow>/plan.json, in a new folder. The\n"+
			"plan restores the fields that the sync sent and removes its marks; it lists the created\n"+
			"organizations and keeps them. `sync` applies the plan, and skips fields that have\n"+
			"changed since. Uses no service, only files. Exit code 3: the plan exceeds a limit.",
		"  zd-sfdc-sync undo global --data-dir data\n  zd-sfdc-sync undo global --data-dir data --out data-undo",
		func(command *cobra.Command, flow field.Flow) error { return a.runUndo(command.Context(), flow, flags) })
	set := command.Flags()
	set.StringVar(&flags.out, "out", "", "`folder` of the new plan (default <data-dir>-undo-<plan_id>)")
	flags.limits.AddTo(set)
	flags.reports.addTo(set)
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "accept artifacts that differ from their manifest")
	return command
}

func (a *app) runUndo(ctx context.Context, flow field.Flow, flags undoFlags) error {
	limits, err := flags.limits.Of(flow)
	if err != nil {
		return usageError(err)
	}
	a.announce("undo", string(flow), "")
	options := stage.UndoOptions{Out: artifact.Folder(flags.out), Limits: limits, AllowEdited: flags.allowEdited}
	folder, document, reverse, err := stage.Undo(ctx, a.run(), flow, options)
	if err != nil {
		return err
	}
	// From here on the folder is the new plan's.
	a.flags.dataDir = string(folder)
	if err := a.wrote(&document.Manifest, document.Limits); err != nil {
		return err
	}
	if err := a.show(report.PlanOf(document.Subject(folder), reverse), flags.reports); err != nil {
		return err
	}
	if document.HasChanges {
		a.printf("\nThe next run does the same again unless its cause is fixed or the schedule is paused.")
	}
	return document.OverLimit()
}
