package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

type gatherFlags struct {
	fromGlobal bool
	maxAge     time.Duration
}

func (a *app) gatherCommand() *cobra.Command {
	var flags gatherFlags
	command := flowCommand("zendesk-gather", "Read the organizations from Zendesk",
		"Check that the instance's organization fields can hold what the flow writes, then\n"+
			"read its organizations and write them to <data-dir>/<flow>/zendesk_orgs.json.\n"+
			"The partner flow keeps those of a partner type and those of its Salesforce\n"+
			"accounts, so `salesforce partner` comes before it. With --from-global it does not list\n"+
			"the instance: it asks only for the partners that the global flow has gathered.",
		"  zd-sfdc-sync zendesk-gather global\n  zd-sfdc-sync zendesk-gather partner --from-global",
		func(command *cobra.Command, flow field.Flow) error {
			return a.runGather(command.Context(), flow, flags)
		})
	set := command.Flags()
	set.BoolVar(&flags.fromGlobal, "from-global", false, "partner: show the organizations of the global flow's gather in place of listing")
	set.DurationVar(&flags.maxAge, "max-age", maxAge, "oldest gather that --from-global uses")
	return command
}

func (a *app) runGather(ctx context.Context, flow field.Flow, flags gatherFlags) error {
	if flags.fromGlobal && flow != field.Partner {
		return usageError(fmt.Errorf("--from-global is for the partner flow, not for %s", flow))
	}
	settings := a.settings()
	config := settings.Zendesk(flow.Instance())
	if err := settings.Err(); err != nil {
		return err
	}
	a.announce("zendesk-gather", string(flow), config.URL.String())
	client, err := a.zendeskClient(config, field.SchemaOf(flow))
	if err != nil {
		return err
	}
	var manifest *artifact.Manifest
	if flags.fromGlobal {
		manifest, err = stage.GatherAgain(ctx, a.run(), config.URL.String(), client, flags.maxAge)
	} else {
		manifest, err = stage.Gather(ctx, a.run(), flow, config.URL.String(), client)
	}
	if err != nil {
		return err
	}
	return a.wrote(manifest, nil)
}
