package apply

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
)

// Journal records what the runs of a plan sent: one JSON object per line, on disk
// before the next request is sent. It begins with the lines of earlier runs of
// the same plan. A nil Journal records nothing.
type Journal struct {
	file *os.File
	// planID is the plan of the complete lines, empty if there are none.
	planID string
	// written is the length of the complete lines in bytes; an incomplete last
	// line is overwritten.
	written int64
	pending bytes.Buffer
	// created are the organizations that earlier runs created.
	created map[account.ID]int64
	// sent are the fields that earlier runs sent; unanswered are the rows that were
	// sent without an outcome, because the run was killed.
	sent       map[rowKey][]string
	unanswered map[rowKey]bool
}

// rowKey names a row of a plan.
type rowKey struct {
	action plan.Action
	id     int64
	of     account.ID
}

// entry is one line; one of its parts is set.
type entry struct {
	PlanID string `json:"plan_id,omitempty"`
	// Sent are rows that are about to be sent.
	Sent    []sentRow `json:"sent,omitempty"`
	Outcome *Outcome  `json:"outcome,omitempty"`
}

type sentRow struct {
	Action    plan.Action `json:"action"`
	ID        int64       `json:"id"`
	AccountID account.ID  `json:"salesforce_id"`
	Fields    []string    `json:"fields"`
}

// OpenJournal opens the journal of the plan. The journal of another plan is
// renamed to contain that plan's id, and renamed back when that plan runs again.
func OpenJournal(path, planID string) (*Journal, error) {
	journal, err := readJournal(path)
	if err == nil && journal.planID != planID {
		journal, err = changeJournals(path, journal.planID, planID)
	}
	if err != nil {
		return nil, err
	}
	journal.file, err = regular.Open(path, os.O_CREATE|os.O_WRONLY)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w; fix the file or its folder, then run sync again", err)
	}
	if journal.planID == "" {
		journal.write(entry{PlanID: planID})
	}
	err = journal.file.Truncate(journal.written)
	if err == nil {
		err = journal.flush()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the journal: %w; fix the file or its folder, then run sync again", err), journal.file.Close())
	}
	return journal, nil
}

// changeJournals renames the journal of one plan, and puts that of the other, if
// it exists, in its place.
func changeJournals(path, from, to string) (*Journal, error) {
	aside := func(planID string) string {
		return filepath.Join(filepath.Dir(path), "sync.journal."+filepath.Base(planID)+".jsonl")
	}
	if from != "" {
		if err := os.Rename(path, aside(from)); err != nil {
			return nil, fmt.Errorf("setting aside the journal of plan %s: %w; fix the data folder, then run sync again", from, err)
		}
	}
	if err := os.Rename(aside(to), path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("restoring the journal of plan %s: %w; fix the data folder, then run sync again", to, err)
	}
	return readJournal(path)
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

// readJournal reads the complete lines of earlier runs.
func readJournal(path string) (*Journal, error) {
	journal := &Journal{created: map[account.ID]int64{}, sent: map[rowKey][]string{}, unanswered: map[rowKey]bool{}}
	content, err := regular.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the journal: %w; fix the file, then run sync again", err)
	}
	for line := range bytes.Lines(content) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		var next entry
		err := json.Unmarshal(line, &next, jsontext.AllowInvalidUTF8(true))
		if err == nil && journal.planID == "" && next.PlanID == "" {
			err = errors.New("it does not begin with a plan_id")
		}
		if err != nil {
			return nil, fmt.Errorf("%s, byte %d, is not a journal: %w; move the file away, then run again", path, journal.written, jsonfault.Plain(err))
		}
		journal.written += int64(len(line))
		journal.note(next)
	}
	return journal, nil
}

func (j *Journal) note(line entry) {
	if line.PlanID != "" {
		j.planID = line.PlanID
	}
	for _, row := range line.Sent {
		key := rowKey{row.Action, row.ID, row.AccountID}
		j.sent[key] = append(j.sent[key], row.Fields...)
		j.unanswered[key] = true
	}
	if line.Outcome != nil {
		delete(j.unanswered, keyOf(*line.Outcome))
	}
	if created := line.Outcome; created != nil && created.Action == plan.ActionCreate && created.ID != 0 {
		// An organization whose values were not kept exists nevertheless.
		j.created[created.AccountID] = created.ID
	}
}

// createdFor returns the organization that an earlier run created, 0 when it
// created none.
func (j *Journal) createdFor(id account.ID) int64 {
	if j == nil {
		return 0
	}
	return j.created[id]
}

// sentBefore returns the fields of the row that earlier runs sent.
func (j *Journal) sentBefore(row Outcome) []string {
	if j == nil {
		return nil
	}
	return j.sent[keyOf(row)]
}

// keyOf is the key of the outcome's row: a create has no id before it succeeds.
func keyOf(row Outcome) rowKey {
	if row.Action == plan.ActionCreate {
		return rowKey{row.Action, 0, row.AccountID}
	}
	return rowKey{row.Action, row.ID, row.AccountID}
}

// mayHaveCreated reports whether an earlier run was killed during the create.
func (j *Journal) mayHaveCreated(row Outcome) bool {
	return j != nil && j.unanswered[keyOf(row)]
}

func (j *Journal) outcome(outcome Outcome) { j.write(entry{Outcome: &outcome}) }

// sending records what is about to be sent of the rows.
func (j *Journal) sending(rows []*planRow) {
	if j == nil {
		return
	}
	sent := make([]sentRow, len(rows))
	for i, row := range rows {
		sent[i] = sentRow{row.outcome.Action, row.outcome.ID, row.outcome.AccountID, keysOf(row.send)}
	}
	j.write(entry{Sent: sent})
}

func keysOf(changes []field.Change) []string {
	keys := make([]string, len(changes))
	for i, change := range changes {
		keys[i] = change.Field.Key
	}
	return keys
}

// write keeps the line until flush.
func (j *Journal) write(noted entry) {
	if j == nil {
		return
	}
	// Texts of a service may be cut within a character.
	line, err := json.Marshal(noted, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		// Texts and numbers can always be written as JSON.
		return
	}
	j.pending.Write(append(line, '\n'))
}

// flush writes everything to the disk. It is called before each request, so that
// a hundred outcomes of one answer need one sync of the disk. After a failure it
// writes to the same position again, so that no incomplete line is left.
func (j *Journal) flush() error {
	if j == nil || j.pending.Len() == 0 {
		return nil
	}
	_, err := j.file.WriteAt(j.pending.Bytes(), j.written)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("writing the journal: %w; nothing is sent without a journal entry: fix the disk, then run sync again", err)
	}
	j.written += int64(j.pending.Len())
	j.pending.Reset()
	return nil
}
