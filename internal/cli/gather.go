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
		"Check that the instance's organization fields accept the values that the flow writes,\n"+
			"then read the organizations and write them to <data-dir>/<flow>/zendesk_orgs.json.\n"+
			"The partner flow keeps the organizations of a partner type or of a partner account;\n"+
			"run `salesforce partner` before it. With --from-global it does not list the instance:\n"+
			"it fetches only the partners among the organizations that the global flow gathered.",
		"  zd-sfdc-sync zendesk-gather global\n  zd-sfdc-sync zendesk-gather partner --from-global",
		func(command *cobra.Command, flow field.Flow) error {
			return a.runGather(command.Context(), flow, flags)
		})
	set := command.Flags()
	set.BoolVar(&flags.fromGlobal, "from-global", false, "partner: fetch the partners in the global flow's gather instead of listing the instance")
	set.DurationVar(&flags.maxAge, "max-age", maxAge, "maximum age of the gather that --from-global uses")
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
