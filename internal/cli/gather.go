package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (a *app) gatherCommand() *cobra.Command {
	return flowCommand("zendesk-gather", "Read the organizations from Zendesk",
		"Check that the instance's organization fields can hold what the flow writes, then\n"+
			"read its organizations and write them to <data-dir>/<flow>/zendesk_orgs.json.\n"+
			"The partner flow keeps those of a partner type and those of its Salesforce\n"+
			"accounts, so `salesforce partner` comes before it.",
		"  zd-sfdc-sync zendesk-gather global",
		func(command *cobra.Command, flow field.Flow) error { return a.runGather(command.Context(), flow) })
}

func (a *app) runGather(ctx context.Context, flow field.Flow) error {
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
	manifest, err := stage.Gather(ctx, a.run(), flow, config.URL.String(), client)
	if err != nil {
		return err
	}
	return a.wrote(manifest, nil)
}
