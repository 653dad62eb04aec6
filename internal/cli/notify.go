package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/slack"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

type notifyFlags struct{ since, failed, link string }

func (a *app) notifyCommand() *cobra.Command {
	var flags notifyFlags
	command := &cobra.Command{
		Use:   "notify",
		Short: "Report what is new since the last run",
		Long: "Report what needs attention in the plans and outcomes of the data folder: accounts that\n" +
			"lose support, failed rows, held rows, conflicts, orphans, and exceeded limits. With\n" +
			"--since, list only new ones, by name; if there are none, report nothing. Without\n" +
			"--since, report totals. Prints the message, and posts it if SLACK_WEBHOOK_URL is set.",
		Example: "  zd-sfdc-sync notify --since last\n  zd-sfdc-sync notify --failed \"the hourly run\"",
		Args:    cobra.NoArgs,
		RunE:    func(command *cobra.Command, _ []string) error { return a.runNotify(command.Context(), flags) },
	}
	set := command.Flags()
	set.StringVar(&flags.since, "since", "", "data `folder` of the previous run, see download")
	set.StringVar(&flags.failed, "failed", "", "`name` of what failed; the message is sent in any case")
	set.StringVar(&flags.link, "link", "", "`URL` that the message links to (default CI_PIPELINE_URL)")
	return command
}

func (a *app) runNotify(ctx context.Context, flags notifyFlags) error {
	settings := a.settings()
	webhook := settings.Slack()
	if err := settings.Err(); err != nil {
		return err
	}
	news, err := stage.News(a.run(), artifact.Folder(flags.since), flags.failed)
	if err != nil {
		return err
	}
	if !news.Due() {
		a.printf("nothing new that people have to look at")
		return nil
	}
	link := flags.link
	if link == "" {
		link = a.Getenv("CI_PIPELINE_URL")
	}
	message := page.Message(news, link)
	fmt.Fprint(a.Stdout, message)
	if webhook == nil {
		return nil
	}
	if err := slack.Post(ctx, webhook, message, a.options()); err != nil {
		return err
	}
	a.printf("posted")
	return nil
}
