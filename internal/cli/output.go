package cli

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// printf prints a line for people.
func (a *app) printf(format string, arguments ...any) {
	fmt.Fprintf(a.Stdout, format+"\n", arguments...)
}

// announce prints what a command works on before it starts. The source is the address
// of the service that it reads or writes, empty for artifacts.
func (a *app) announce(stage, flow, source string) {
	a.printf("%s: flow %s, %s, folder %s, day %s", stage, cmp.Or(flow, "all"), cmp.Or(source, "artifacts only"), a.flags.dataDir, a.date)
}

// wrote prints what a stage wrote, and writes its metrics.
func (a *app) wrote(manifest *artifact.Manifest, limits []plan.LimitCheck) error {
	for _, output := range manifest.Outputs {
		a.printf("wrote %s: %s", artifact.Folder(a.flags.dataDir).Path(output.Path), report.Many(output.Records, "record"))
	}
	return writeReport("metrics", a.flags.metricsFile, report.Metrics(manifest, limits))
}

// show writes the report to the requested files first and then prints it, so that a
// failure to print costs no file.
func (a *app) show(model report.Model, files reportFlags) error {
	if err := files.write(model); err != nil {
		return err
	}
	return a.print(model, page.FormatText, false)
}

// writeReport writes a report to a file if one is requested. It runs after the
// artifacts are written, and they stay even if it fails.
func writeReport(what, file string, content []byte) error {
	if file == "" {
		return nil
	}
	if err := regular.Write(file, content); err != nil {
		return fmt.Errorf("writing the %s: %w; the stage's artifacts were written", what, err)
	}
	return nil
}

// withMetrics gives the stages their flag for metrics.
func (a *app) withMetrics(stages ...*cobra.Command) []*cobra.Command {
	for _, stage := range stages {
		stage.Flags().StringVar(&a.flags.metricsFile, "metrics-file", "", "write the metrics of the stage to this `file`, as OpenMetrics text")
	}
	return stages
}
