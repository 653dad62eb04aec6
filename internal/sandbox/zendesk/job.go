package zendesk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// mostJobs may be queued or running at a time.
const mostJobs = 30

// job is one bulk update. Its rows take effect when it completes.
type job struct {
	id       string
	accepted time.Time
	due      time.Time
	rows     []map[string]any
	failure  string
	results  []any
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
func (s *Server) updateManyOrganizations(_ *http.Request, body []byte, now time.Time) answer {
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
	accepted := s.accept(envelope.Organizations, now)
	return answer{
		status: http.StatusOK,
		body:   map[string]any{"job_status": s.jobBody(accepted, now)},
		header: s.inflight(),
	}
}

func (s *Server) accept(rows []map[string]any, now time.Time) *job {
	s.jobs.count++
	digest := sha256.Sum256(fmt.Appendf(nil, "%s job %d", s.options.Name, s.jobs.count))
	accepted := &job{
		id:       "V3-" + hex.EncodeToString(digest[:16]),
		accepted: now,
		due:      now.Add(s.options.JobDuration),
		rows:     rows,
	}
	if s.jobs.failing > 0 {
		s.jobs.failing--
		accepted.failure = s.jobs.failureMessage
	}
	s.jobs.byID[accepted.id] = accepted
	s.jobs.order = append(s.jobs.order, accepted)
	s.jobs.pending = append(s.jobs.pending, accepted)
	s.jobs.mostPending = max(s.jobs.mostPending, len(s.jobs.pending))
	return accepted
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
	if due.failure != "" {
		return
	}
	due.results = make([]any, 0, len(due.rows))
	for index, row := range due.rows {
		due.results = append(due.results, s.runRow(due, index, row))
	}
}

// updatedItem and failedItem are a job's results, in the recorded shapes.
type updatedItem struct {
	Action  string `json:"action"`
	ID      int64  `json:"id"`
	Status  string `json:"status"`
	Success bool   `json:"success"`
}

type failedItem struct {
	Index   int    `json:"index"`
	Error   string `json:"error"`
	ID      int64  `json:"id"`
	Details string `json:"details"`
}

func (s *Server) runRow(due *job, index int, row map[string]any) any {
	id, err := strconv.ParseInt(fmt.Sprint(row["id"]), 10, 64)
	failed := failedItem{Index: index, Error: "OrganizationUpdateFailed", ID: id}
	if err != nil {
		failed.Details = "Id:  is missing or invalid"
		return failed
	}
	present, known := s.store.byID[id]
	if !known {
		failed.Details = "Organization:  does not exist"
		return failed
	}
	if refused, ordered := s.jobs.refusals[id]; ordered {
		failed.Error, failed.Details = refused.code, refused.details
		return failed
	}
	write := Write{At: due.due, Action: Update, JobID: due.id}
	if problem := s.update(present, row, write); problem != nil {
		failed.Details = problem.details()
		return failed
	}
	return updatedItem{Action: "update", ID: id, Status: "Updated", Success: true}
}
