package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

type downloadFlags struct {
	pipeline     int
	project, ref string
	jobs         []string
}

func (a *app) downloadCommand() *cobra.Command {
	var flags downloadFlags
	command := &cobra.Command{
		Use:   "download",
		Short: "Download the data folder of a pipeline from GitLab",
		Long: "Download the artifacts of a pipeline's jobs, put its data folder together, and check it\n" +
			"against its manifests. Use the folder to inspect or replay the run, or for --since.\n" +
			"--data-dir must be empty or not exist. The default pipeline is the last finished one\n" +
			"that synced. A job token cannot list pipelines: it gets the last successful\n" +
			"pipeline of the branch, and --pipeline cannot be used with it.",
		Example: "  zd-sfdc-sync download --data-dir last\n  zd-sfdc-sync download --data-dir last --pipeline 4711 --jobs compare-global,sync-global",
		Args:    cobra.NoArgs,
		RunE:    func(command *cobra.Command, _ []string) error { return a.runDownload(command.Context(), flags) },
	}
	set := command.Flags()
	set.IntVar(&flags.pipeline, "pipeline", 0, "`id` of the pipeline (default the last finished one that synced)")
	set.StringVar(&flags.project, "project", "", "`path` of the project whose pipelines are looked at (default CI_PROJECT_PATH)")
	set.StringVar(&flags.ref, "ref", "", "`branch` of the pipeline (default CI_DEFAULT_BRANCH, otherwise the project's default branch)")
	set.StringSliceVar(&flags.jobs, "jobs", nil, "`names` of the jobs whose artifacts to download (default all that have any)")
	return command
}

func (a *app) runDownload(ctx context.Context, flags downloadFlags) error {
	jobs := flags.jobs
	if len(jobs) == 0 {
		jobs = stage.PipelineJobs()
	}
	for _, job := range jobs {
		if !slices.Contains(stage.PipelineJobs(), job) {
			return usageError(fmt.Errorf("--jobs %q is not one of %s", job, strings.Join(stage.PipelineJobs(), ", ")))
		}
	}
	if flags.pipeline < 0 {
		return usageError(fmt.Errorf("--pipeline %d is not the number of a pipeline", flags.pipeline))
	}
	settings := a.settings()
	config := settings.Pipelines(flags.project, flags.ref)
	if err := settings.Err(); err != nil {
		return err
	}
	if flags.pipeline != 0 && config.JobToken {
		return usageError(errors.New("--pipeline needs GITLAB_PIPELINES_TOKEN, a token with the scope read_api: the token of a job cannot list pipelines"))
	}
	a.announce("download", "", config.URL.String())
	pipeline, err := gitlab.OpenPipeline(ctx, config, a.options(), flags.pipeline, stage.SyncJobs())
	if err != nil {
		return err
	}
	of := "the last successful pipeline of " + config.Ref
	if pipeline.ID != 0 {
		of = fmt.Sprintf("pipeline %d (%s)", pipeline.ID, pipeline.Address)
	}
	archives := stage.Archives{Of: of, Fetch: pipeline.Archive, ErrNone: gitlab.ErrNoArchive}
	without, err := stage.Download(ctx, a.run(), archives, jobs)
	if err != nil {
		return err
	}
	a.printf("fetched %d of %d jobs of %s into %s", len(jobs)-len(without), len(jobs), of, a.flags.dataDir)
	if len(without) > 0 {
		a.printf("nothing was kept by %s", strings.Join(without, ", "))
	}
	return nil
}
