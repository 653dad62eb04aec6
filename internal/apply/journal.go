package apply

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Journal is the receipt of a plan: one JSON object a line, on the disk before
// the next request goes out.
// What an earlier run of the same plan wrote is
// read back.
type Journal struct {
	file    *os.File
	pending bytes.Buffer
	// created are the organizations that earlier runs created.
	created map[account.ID]int64
	// unfinished are jobs that earlier runs queued and did not see the end of.
	unfinished []string
}

// entry is one line; one of its parts is set.
type entry struct {
	PlanID  string   `json:"plan_id,omitempty"`
	Queued  *queued  `json:"queued,omitempty"`
	Outcome *Outcome `json:"outcome,omitempty"`
}

type queued struct {
	JobID string  `json:"job_id"`
	IDs   []int64 `json:"ids"`
}

// OpenJournal opens the journal of the plan. One of another plan is set aside
// under a name that holds that plan's id.
func OpenJournal(path, planID string) (*Journal, error) {
	journal := &Journal{created: map[account.ID]int64{}}
	known, whole, err := journal.read(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w; move it away if it is no journal", path, err)
	}
	if known != "" && known != planID {
		aside := filepath.Join(filepath.Dir(path), "sync.journal."+filepath.Base(known)+".jsonl")
		if err := os.Rename(path, aside); err != nil {
			return nil, fmt.Errorf("setting aside the journal of plan %s: %w", known, err)
		}
		journal, known, whole = &Journal{created: map[account.ID]int64{}}, "", 0
	}
	journal.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	// A line that a kill cut short is written over.
	if err = journal.file.Truncate(whole); err == nil {
		_, err = journal.file.Seek(whole, io.SeekStart)
	}
	if err == nil && known == "" {
		if err = journal.write(entry{PlanID: planID}); err == nil {
			err = journal.flush()
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("writing %s: %w", path, err), journal.file.Close())
	}
	return journal, nil
}

// Close closes the file.
func (journal *Journal) Close() error { return journal.file.Close() }

// read takes in the whole lines of an earlier run and returns its plan and
// how many bytes they are.
func (journal *Journal) read(path string) (planID string, whole int64, err error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	lines := bufio.NewReader(bytes.NewReader(content))
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return planID, whole, nil
		}
		var next entry
		if err := json.Unmarshal(line, &next); err != nil {
			return "", 0, fmt.Errorf("byte %d: %w", whole, err)
		}
		whole += int64(len(line))
		if next.PlanID != "" {
			planID = next.PlanID
		}
		journal.note(next)
	}
}

func (journal *Journal) note(next entry) {
	if next.Queued != nil {
		journal.unfinished = append(journal.unfinished, next.Queued.JobID)
	}
	if next.Outcome == nil {
		return
	}
	if outcome := next.Outcome; outcome.JobID != "" && outcome.Outcome != Unknown {
		journal.unfinished = slices.DeleteFunc(journal.unfinished, func(id string) bool { return id == outcome.JobID })
	}
	if next.Outcome.Action == plan.ActionCreate && next.Outcome.Outcome == Applied {
		journal.created[next.Outcome.AccountID] = next.Outcome.ID
	}
}

func (journal *Journal) settled(outcome Outcome) error {
	return journal.write(entry{Outcome: &outcome})
}

func (journal *Journal) queued(jobID string, rows []*row) error {
	ids := make([]int64, len(rows))
	for i, next := range rows {
		ids[i] = next.outcome.ID
	}
	return journal.write(entry{Queued: &queued{JobID: jobID, IDs: ids}})
}

func (journal *Journal) write(next entry) error {
	line, err := json.Marshal(next)
	journal.pending.Write(append(line, '\n'))
	return err
}

// flush brings everything to the disk. It is called before each request, so
// that a hundred outcomes of one answer cost one wait for the disk.
func (journal *Journal) flush() error {
	if journal == nil || journal.pending.Len() == 0 {
		return nil
	}
	_, err := journal.file.Write(journal.pending.Bytes())
	if err == nil {
		err = journal.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("writing the journal: %w; without its receipt nothing more is sent: mend the disk and run sync again", err)
	}
	journal.pending.Reset()
	return nil
}
