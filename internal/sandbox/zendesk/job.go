package zendesk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// The words for how a job ended.
const (
	completed = "completed"
	failed    = "failed"
	killed    = "killed"
)

// mostJobs may be queued or running at a time.
const mostJobs = 30

// job is one bulk update. Its rows take effect when it completes.
type job struct {
	id       string
	kind     string
	sequence int
	// begins and due are when it begins to work and when it ends.
	begins, due time.Time
	rows        []map[string]any
	// ended is the word for its end; message goes with failed and killed.
	ended, message string
	results        []any
	// forgotten jobs run, but Zendesk no longer reports them.
	forgotten bool
}

// jobs are those not yet due, in the order they were accepted, and all that
// can still be asked for.
type jobs struct {
	pending        []*job
	byID           map[string]*job
	order          []*job
	count          int
	mostPending    int
	failing        int
	failureMessage string
	refusals       map[int64]refusal
}

// refusal is a failure ordered for one organization.
type refusal struct{ code, details string }

// FailOrganization makes every job row for the organization fail with the
// given error and details, until HealOrganization.
func (s *Server) FailOrganization(id int64, code, details string) {
	defer s.enter()()
	s.jobs.refusals[id] = refusal{code: code, details: details}
}

// HealOrganization lets rows for the organization succeed again.
func (s *Server) HealOrganization(id int64) {
	defer s.enter()()
	delete(s.jobs.refusals, id)
}

// FailNextJobs makes the next jobs to be accepted end as failed, with the
// message and without effect.
func (s *Server) FailNextJobs(count int, message string) {
	defer s.enter()()
	s.jobs.failing, s.jobs.failureMessage = count, cmp.Or(message, "An error occurred")
}

// JobsCreated is how many jobs were accepted so far.
func (s *Server) JobsCreated() int {
	defer s.enter()()
	return s.jobs.count
}

// MaxOutstandingJobs is the highest number of jobs that were ever queued or
// running at a time.
func (s *Server) MaxOutstandingJobs() int {
	defer s.enter()()
	return s.jobs.mostPending
}

// updateManyOrganizations accepts up to a hundred rows as a job.
func (s *Server) updateManyOrganizations(request *http.Request, body []byte, now time.Time) answer {
	var envelope struct {
		Organizations []map[string]any `json:"organizations"`
	}
	if err := decode(body, &envelope); err != nil || len(envelope.Organizations) == 0 {
		return invalidAttribute("You passed an invalid value for the organizations attribute. Invalid parameter: organizations must be an array of objects")
	}
	if len(envelope.Organizations) > largestPage {
		return tooManyValues("")
	}
	if len(s.jobs.pending) >= mostJobs {
		return s.tooManyJobs()
	}
	lost := false
	begins := now
	for _, row := range envelope.Organizations {
		present, _ := s.rowOf(row)
		if poisoned := s.poison(request, present, row); poisoned != nil {
			return *poisoned
		}
		ordered, due := s.faults.Take(fault.LostJob, request, func(f fault.Fault) bool { return !lost && concerns(f, present, row) })
		if due {
			lost, begins = true, now.Add(ordered.Delay)
		}
	}
	accepted := s.accept(envelope.Organizations, begins)
	return answer{
		lost:   lost,
		status: http.StatusOK,
		body:   map[string]any{"job_status": s.jobBody(accepted, now)},
		header: s.inflight(),
	}
}

func (s *Server) accept(rows []map[string]any, begins time.Time) *job {
	accepted := s.queue(&job{begins: begins, due: begins.Add(s.options.JobDuration), kind: s.options.JobType, rows: rows})
	if s.jobs.failing > 0 {
		s.jobs.failing--
		accepted.ended, accepted.message = failed, s.jobs.failureMessage
	}
	return accepted
}

// queue takes a job in, to be carried out when it is due.
func (s *Server) queue(added *job) *job {
	s.jobs.count++
	digest := sha256.Sum256(fmt.Appendf(nil, "%s job %d", s.options.Name, s.jobs.count))
	added.id, added.sequence = "V3-"+hex.EncodeToString(digest[:16]), s.jobs.count
	s.jobs.byID[added.id] = added
	s.jobs.order = append(s.jobs.order, added)
	s.jobs.pending = append(s.jobs.pending, added)
	slices.SortStableFunc(s.jobs.pending, func(a, b *job) int { return a.due.Compare(b.due) })
	s.jobs.mostPending = max(s.jobs.mostPending, len(s.jobs.pending))
	return added
}

func (s *Server) tooManyJobs() answer {
	ids := make([]string, 0, len(s.jobs.pending))
	for _, pending := range s.jobs.pending {
		ids = append(ids, pending.id)
	}
	return answer{status: http.StatusTooManyRequests, header: s.inflight(), body: map[string]any{
		"error":           "TooManyJobs",
		"description":     "Too many bulk jobs are currently queued or running. Try again later.",
		"current_job_ids": ids,
	}}
}

// inflight is the header that tells how many jobs there is room for.
func (s *Server) inflight() map[string]string {
	return map[string]string{"Zendesk-Ratelimit-Inflight-Jobs": fmt.Sprintf(
		"total=%d; remaining=%d; resets=60", mostJobs, mostJobs-len(s.jobs.pending))}
}

// settle runs the jobs that are due at the given time, in the order they come
// due, and forgets those that ended too long ago.
func (s *Server) settle(now time.Time) {
	s.land(now)
	for len(s.jobs.pending) > 0 && !now.Before(s.jobs.pending[0].due) {
		s.run(s.jobs.pending[0])
		s.jobs.pending = s.jobs.pending[1:]
	}
	for len(s.jobs.order) > 0 && now.After(s.jobs.order[0].due.Add(s.options.JobRetention)) {
		delete(s.jobs.byID, s.jobs.order[0].id)
		s.jobs.order = s.jobs.order[1:]
	}
}

func (s *Server) run(due *job) {
	if due.ended != "" {
		return
	}
	due.results = make([]any, 0, len(due.rows))
	for index, row := range due.rows {
		if s.dies(due, row) {
			due.results = nil
			return
		}
		due.results = append(due.results, s.runRow(due, index, row))
	}
	due.ended = completed
}

// dies reports whether the job comes to its end at the row, and how.
func (s *Server) dies(due *job, row map[string]any) bool {
	present, _ := s.rowOf(row)
	for _, end := range []struct {
		kind fault.Kind
		word string
	}{{fault.JobFailed, failed}, {fault.JobKilled, killed}} {
		ordered, dead := s.faults.Take(end.kind, nil, func(f fault.Fault) bool { return concerns(f, present, row) })
		if dead {
			due.ended, due.message = end.word, ordered.Body
			return true
		}
	}
	return false
}

// rowOf finds the organization that a row of a job is about.
func (s *Server) rowOf(row map[string]any) (*Organization, int64) {
	id, err := strconv.ParseInt(fmt.Sprint(row["id"]), 10, 64)
	if err != nil {
		return nil, 0
	}
	return s.store.byID[id], id
}

// updatedItem is a row of a job in the recorded shape.
type updatedItem struct {
	Action  string `json:"action"`
	ID      int64  `json:"id"`
	Status  string `json:"status"`
	Success bool   `json:"success"`
}

func (s *Server) runRow(due *job, index int, row map[string]any) any {
	present, id := s.rowOf(row)
	if id == 0 {
		return failedItem{Index: index, Error: "OrganizationUpdateFailed", Details: "Id:  is missing or invalid"}
	}
	if present == nil {
		return failedItem{Index: index, Error: "OrganizationUpdateFailed", ID: id, Details: "Organization:  does not exist"}
	}
	if refused, ordered := s.jobs.refusals[id]; ordered {
		return failedItem{Index: index, Error: refused.code, ID: id, Details: refused.details}
	}
	write := Write{At: due.due, Action: Update, JobID: due.id}
	if problem := s.update(present, row, write); problem != nil {
		return s.refusedItem(index, id, *problem)
	}
	return updatedItem{Action: "update", ID: id, Status: "Updated", Success: true}
}
