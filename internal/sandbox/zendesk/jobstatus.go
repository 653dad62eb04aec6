package zendesk

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// jobBody is a job status as the API answers it.
type jobBody struct {
	ID       string          `json:"id"`
	URL      string          `json:"url"`
	Total    int             `json:"total"`
	Progress *int            `json:"progress"`
	Status   string          `json:"status"`
	Message  *string         `json:"message"`
	Results  json.RawMessage `json:"results"`
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
	passed, duration := now.Sub(asked.accepted), asked.due.Sub(asked.accepted)
	progress, message := 0, ""
	switch {
	case !now.Before(asked.due) && asked.failure != "":
		body.Status, message = "failed", asked.failure
	case !now.Before(asked.due):
		body.Status, progress = "completed", body.Total
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
	asked, known := s.jobs.byID[request.PathValue("id")]
	if !known {
		return notFound()
	}
	return answer{status: http.StatusOK, body: map[string]any{"job_status": s.jobBody(asked, now)}}
}

// showManyJobs leaves unknown jobs out without a word.
func (s *Server) showManyJobs(request *http.Request, _ []byte, now time.Time) answer {
	ids, wrong := idsParameter(request)
	if wrong != nil {
		return *wrong
	}
	bodies := []jobBody{}
	for _, id := range ids {
		if asked, known := s.jobs.byID[id]; known {
			bodies = append(bodies, s.jobBody(asked, now))
		}
	}
	return whole("job_statuses", bodies, len(bodies))
}

// listJobs answers the latest hundred, the newest first.
func (s *Server) listJobs(_ *http.Request, _ []byte, now time.Time) answer {
	latest := slices.Clone(s.jobs.order[max(0, len(s.jobs.order)-largestPage):])
	slices.Reverse(latest)
	bodies := make([]jobBody, 0, len(latest))
	for _, listed := range latest {
		bodies = append(bodies, s.jobBody(listed, now))
	}
	return whole("job_statuses", bodies, len(bodies))
}
