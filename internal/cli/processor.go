package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// ruleFlags name the files that people edit.
type ruleFlags struct {
	plans, overridesFile string
}

func (f *ruleFlags) addTo(command *cobra.Command) {
	command.Flags().StringVar(&f.plans, "plans", "plans.yaml", "plans.yaml `file`, which maps product charge names to subscription types")
	command.Flags().StringVar(&f.overridesFile, "overrides-file", "", "local overrides `file` to use instead of the one in GitLab")
}

func (a *app) processorCommand() *cobra.Command {
	var files ruleFlags
	allowEdited := false
	command := &cobra.Command{
		Use:   "processor",
		Short: "Decide which support each customer gets",
		Long: "Compute the field values of each customer's organization from the artifacts, plans.yaml\n" +
			"and the overrides file, and write them to <data-dir>/<global|usgov>/accounts.json.\n" +
			"left_out.json lists the other accounts. The overrides file comes from GitLab unless\n" +
			"--overrides-file names a local one.",
		Example: "  zd-sfdc-sync processor --plans plans.yaml --overrides-file overrides.yaml",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runProcessor(command.Context(), files, allowEdited)
		},
	}
	files.addTo(command)
	command.Flags().BoolVar(&allowEdited, "allow-edited", false, "accept artifacts that differ from their manifest")
	return command
}

func (a *app) runProcessor(ctx context.Context, files ruleFlags, allowEdited bool) error {
	a.announce("processor", "", "")
	options := stage.ProcessOptions{AllowEdited: allowEdited}
	var err error
	if options.Plans, err = stage.ReadText(files.plans, "plans"); err != nil {
		return err
	}
	if options.Overrides, err = a.overridesText(ctx, files.overridesFile); err != nil {
		return err
	}
	document, err := stage.Process(ctx, a.run(), options)
	if err != nil {
		return err
	}
	for _, cause := range document.Held {
		a.printf("%s", cause.Message())
	}
	return a.wrote(&document.Manifest, nil)
}

// overridesText reads the overrides from the file, or from GitLab if there is no file.
func (a *app) overridesText(ctx context.Context, path string) (stage.Text, error) {
	if path != "" {
		return stage.ReadText(path, "overrides-file")
	}
	settings := a.settings()
	config := settings.GitLab()
	if err := settings.Err(); err != nil {
		return stage.Text{}, err
	}
	file, err := gitlab.Fetch(ctx, config, a.options())
	if err != nil {
		return stage.Text{}, fmt.Errorf("%w; nothing was written, so support is unchanged", err)
	}
	a.transport = append(a.transport, file)
	return stage.Text{Name: config.Project + "/" + config.Path, Content: string(file.Content), Commit: file.Commit, Source: config.URL.String()}, nil
}
