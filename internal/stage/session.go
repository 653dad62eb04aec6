package stage

import (
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// session is the state of one run of a stage: what it has read, what it will write,
// and its manifest.
type session struct {
	run      *Run
	manifest *artifact.Manifest
	inputs   artifact.Inputs
	batch    *artifact.Batch
	// rowsOf are the accounts whose plan rows are read; nil is all.
	rowsOf map[account.ID]bool
}

// identity names a stage that writes, and its manifest.
type identity struct {
	stage, flow, manifest string
	// source is the base URL that the stage reads, empty for artifacts.
	source      string
	allowEdited bool
}

// open starts a session that only reads.
func (r *Run) open(allowEdited bool) *session {
	return &session{run: r, manifest: &artifact.Manifest{}, inputs: artifact.Inputs{Folder: r.Folder, AllowEdited: allowEdited}}
}

// write is the lifecycle of every stage that writes. The work reads, decides and
// fills record files. If it succeeds, they appear together, the manifest last; if it
// fails, nothing appears. The document embeds the manifest.
func (r *Run) write(id identity, document artifact.Document, work func(*session) error) error {
	folders := []string{id.flow}
	if id.flow == "" {
		folders = nil
		for _, instance := range field.Instances() {
			folders = append(folders, string(instance.CustomerFlow()))
		}
	}
	unlock, err := r.lock(id.source != "", folders...)
	if err != nil {
		return err
	}
	defer unlock()
	return r.writeLocked(id, document, work)
}

func (r *Run) writeLocked(id identity, document artifact.Document, work func(*session) error) error {
	s := r.open(id.allowEdited)
	s.manifest, s.batch = document.Base(), r.Folder.NewBatch()
	*s.manifest = artifact.Manifest{
		Stage: id.stage, Flow: id.flow, Source: id.source, ToolVersion: r.Version, Date: r.Day, StartedAt: r.Started,
		Inputs: []artifact.File{}, Counts: map[string]int{}, Warnings: []artifact.Warning{},
	}
	defer s.batch.Cleanup()
	if err := work(s); err != nil {
		return err
	}
	outputs, err := s.batch.Finish()
	if err != nil {
		return err
	}
	s.manifest.Outputs = append([]artifact.File{}, outputs...)
	s.manifest.Inputs = append(s.manifest.Inputs, s.inputs.Files()...)
	s.manifest.FinishedAt = r.Clock.Now().UTC()
	if sealed, ok := document.(interface{ seal() }); ok {
		sealed.seal()
	}
	return s.batch.Commit(id.manifest, document)
}

// gathered records that the stage reads a service now.
func (s *session) gathered() { s.manifest.GatheredAt = s.run.Started }

// countRequests records the stage's requests to the services.
func (s *session) countRequests() {
	stats := s.run.Requests()
	s.manifest.Counts["requests"] = stats.Requests
	s.manifest.Counts["repeated_requests"] = stats.Repeats
	s.manifest.Counts["waited_seconds"] = int(stats.Waited.Round(time.Second) / time.Second)
}

// warn adds a warning to the manifest and the log.
func (s *session) warn(warning artifact.Warning) {
	s.manifest.Warnings = append(s.manifest.Warnings, warning)
	attributes := []any{"code", warning.Code}
	if warning.SalesforceID != "" {
		attributes = append(attributes, "salesforce_id", warning.SalesforceID)
	}
	if warning.ID != 0 {
		attributes = append(attributes, "id", warning.ID)
	}
	s.run.Log.Warn(warning.Message, attributes...)
}
