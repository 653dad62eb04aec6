package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// ruleFlags name the files that people write.
type ruleFlags struct {
	plans, overridesFile string
}

func (f *ruleFlags) addTo(command *cobra.Command) {
	command.Flags().StringVar(&f.plans, "plans", "plans.yaml", "`file` of product charge names")
	command.Flags().StringVar(&f.overridesFile, "overrides-file", "", "local overrides `file`, instead of the one in GitLab")
}

func (a *app) processorCommand() *cobra.Command {
	var files ruleFlags
	allowEdited := false
	command := &cobra.Command{
		Use:   "processor",
		Short: "Decide which support every customer gets",
		Long: "Decide from the gathered artifacts, plans.yaml and the overrides file what each\n" +
			"customer's organization should be, and write <data-dir>/<global|usgov>/accounts.json\n" +
			"and left_out.json. The overrides come from GitLab unless a file is given.",
		Example: "  zd-sfdc-sync processor --plans plans.yaml --overrides-file overrides.yaml",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runProcessor(command.Context(), files, allowEdited)
		},
	}
	files.addTo(command)
	command.Flags().BoolVar(&allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
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

// overridesText reads the overrides from the file, or from GitLab where none is
// given.
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
