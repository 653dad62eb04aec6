package zendesk

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// jobBody is a job status in the form of the API.
type jobBody struct {
	ID       string          `json:"id"`
	URL      string          `json:"url"`
	Total    int             `json:"total"`
	Progress *int            `json:"progress"`
	Status   string          `json:"status"`
	Message  *string         `json:"message"`
	Results  json.RawMessage `json:"results"`
	// JobType is told by the list alone.
	JobType string `json:"job_type,omitempty"`
}

// jobBody renders a job: queued for the first third of its time, then working.
func (s *Server) jobBody(asked *job, now time.Time) jobBody {
	body := jobBody{
		ID:      asked.id,
		URL:     s.url("/api/v2/job_statuses/" + asked.id + ".json"),
		Total:   len(asked.rows),
		Status:  "queued",
		Results: json.RawMessage("null"),
	}
	passed, duration := now.Sub(asked.begins), asked.due.Sub(asked.begins)
	progress, message := 0, ""
	switch {
	case !now.Before(asked.due) && asked.ended != completed:
		body.Status, message = asked.ended, asked.message
	case !now.Before(asked.due):
		body.Status, progress = completed, body.Total
		message = "Completed at " + asked.due.UTC().Format("2006-01-02 15:04:05 -0700")
		body.Results, _ = json.Marshal(asked.results)
	case passed >= duration/3:
		body.Status, message = "working", "Updating Organizations"
		progress = int(float64(body.Total) * passed.Seconds() / duration.Seconds())
	default:
		return body
	}
	body.Progress, body.Message = &progress, &message
	return body
}

func (s *Server) showJob(request *http.Request, _ []byte, now time.Time) answer {
	asked, known := s.knownJob(request, request.PathValue("id"))
	if !known {
		return notFound()
	}
	return answer{status: http.StatusOK, body: map[string]any{"job_status": s.jobBody(asked, now)}}
}

// knownJob finds a job unless it has been forgotten.
func (s *Server) knownJob(request *http.Request, id string) (*job, bool) {
	asked, known := s.jobs.byID[id]
	if known && !asked.forgotten {
		_, asked.forgotten = s.faults.Take(fault.JobForgotten, request, nil)
	}
	return asked, known && !asked.forgotten
}

// showManyJobs silently leaves unknown jobs out.
func (s *Server) showManyJobs(request *http.Request, _ []byte, now time.Time) answer {
	ids, wrong := idsParameter(request)
	if wrong != nil {
		return *wrong
	}
	bodies := []jobBody{}
	for _, id := range ids {
		if asked, known := s.knownJob(request, id); known {
			bodies = append(bodies, s.jobBody(asked, now))
		}
	}
	return whole("job_statuses", bodies, len(bodies))
}

// listJobs lists jobs that have not ended first, then the latest first.
func (s *Server) listJobs(request *http.Request, _ []byte, now time.Time) answer {
	if ordered, due := s.faults.Take(fault.ForeignJob, request, nil); due {
		s.queue(&job{kind: ordered.Body, begins: now, due: now.Add(ordered.Delay)})
	}
	called, armed := s.faults.Armed(fault.JobType)
	byRank := make(map[int64]*job, len(s.jobs.order))
	ranks := make([]int64, 0, len(s.jobs.order))
	for _, listed := range s.jobs.order {
		if listed.forgotten {
			continue
		}
		rank := listed.rank(now)
		byRank[rank] = listed
		ranks = append(ranks, rank)
	}
	slices.Sort(ranks)
	page := s.cursorPage(request, ranks)
	if page.wrong != nil {
		return *page.wrong
	}
	bodies := make([]jobBody, 0, len(page.ids))
	for _, rank := range page.ids {
		body := s.jobBody(byRank[rank], now)
		body.JobType = byRank[rank].kind
		if armed && body.JobType == s.options.JobType {
			body.JobType = called.Body
		}
		bodies = append(bodies, body)
	}
	reply := page.with("job_statuses", bodies)
	reply.cacheControl = ""
	return reply
}

// rank is the position of a job in the list of jobs; lower ranks come first.
func (j *job) rank(now time.Time) int64 {
	const ended, most = 1 << 40, 1 << 30
	rank := int64(most - j.sequence)
	if !now.Before(j.due) {
		rank += ended
	}
	return rank
}
