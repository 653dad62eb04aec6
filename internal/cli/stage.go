package cli

import (
	"cmp"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// stage is one run of a stage: what it read, what it is about to write, and
// what its manifest will say.
type stage struct {
	*app
	manifest artifact.Manifest
	inputs   artifact.Inputs
	batch    *artifact.Batch
	progress *progress
}

// newStage says what the stage works on, for people first of all.
func (a *app) newStage(name, flow string, source *url.URL) *stage {
	s := &stage{
		app: a,
		manifest: artifact.Manifest{
			Stage: name, Flow: flow, ToolVersion: a.Version, Date: a.date, StartedAt: a.started,
			Inputs: []artifact.File{}, Counts: map[string]int{}, Warnings: []artifact.Warning{},
		},
		inputs:   artifact.Inputs{Folder: a.folder},
		batch:    a.folder.NewBatch(),
		progress: newProgress(a.Stderr, a.Terminal, a.Clock, a.logger),
	}
	where := "artifacts only"
	if source != nil {
		s.manifest.Source = source.String()
		where = source.String()
	}
	a.printf("%s: flow %s, %s, folder %s, day %s", name, cmp.Or(flow, "all"), where, a.folder, a.date)
	return s
}

// gathered notes that the stage reads a service now.
func (s *stage) gathered() { s.manifest.GatheredAt = s.started }

// warn puts a warning into the manifest and the log.
func (s *stage) warn(warning artifact.Warning) {
	s.manifest.Warnings = append(s.manifest.Warnings, warning)
	attributes := []any{"code", warning.Code}
	if warning.SalesforceID != "" {
		attributes = append(attributes, "salesforce_id", warning.SalesforceID)
	}
	if warning.ID != 0 {
		attributes = append(attributes, "id", warning.ID)
	}
	s.logger.Warn(warning.Message, attributes...)
}

// finish completes the record files and what the manifest says of them.
func (s *stage) finish() error {
	outputs, err := s.batch.Finish()
	if err != nil {
		return err
	}
	s.manifest.Outputs = append([]artifact.File{}, outputs...)
	s.manifest.Inputs = append(s.manifest.Inputs, s.inputs.Files()...)
	stats := s.requests()
	s.manifest.Counts["requests"] = stats.Requests
	s.manifest.Counts["repeated_requests"] = stats.Repeats
	s.manifest.Counts["waited_seconds"] = int(stats.Waited.Round(time.Second) / time.Second)
	s.manifest.FinishedAt = s.Clock.Now().UTC()
	return nil
}

// commit finishes the stage: all its files appear, the manifest last.
func (s *stage) commit(name string, document artifact.Document) error {
	if err := s.batch.Commit(name, document); err != nil {
		return err
	}
	for _, output := range s.manifest.Outputs {
		s.printf("wrote %s: %d records", s.folder.Path(output.Path), output.Records)
	}
	return s.writeMetrics(document)
}

// flowArgument reads the optional flow of a command.
func flowArgument(arguments []string) (field.Flow, error) {
	if len(arguments) == 0 {
		return field.Partner, nil
	}
	flow, err := field.ParseFlow(arguments[0])
	return flow, usageError(err)
}

// flowCommand is a command with an optional flow.
func flowCommand(use, short, long, example string, run func(*cobra.Command, field.Flow) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " [partner|global|usgov]", Short: short, Long: long, Example: example,
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: []string{string(field.Partner), string(field.Global), string(field.USGov)},
		RunE: func(command *cobra.Command, arguments []string) error {
			flow, err := flowArgument(arguments)
			if err != nil {
				return err
			}
			return run(command, flow)
		},
	}
}
