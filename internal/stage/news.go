package stage

import (
	"errors"
	"io/fs"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// News returns what people should know of the plans in the folder, and what of
// it is new since those of an earlier folder; empty is none. Flows without a
// plan are left out; when there is none at all that is an *artifact.Error,
// unless something failed before.
func News(run *Run, since artifact.Folder, failed string) (*report.News, error) {
	news := &report.News{Failed: failed}
	var missing error
	for _, flow := range []field.Flow{field.Global, field.USGov, field.Partner} {
		now, err := Show(run, flow, false)
		if errors.Is(err, fs.ErrNotExist) {
			missing = err
			continue
		}
		var before *report.Plan
		if err == nil {
			before, err = run.earlier(since, flow)
		}
		if err != nil && failed != "" {
			// What failed has to be told, with what can be read.
			run.Log.Warn("left out of the message", "flow", flow, "because", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		news.Flows = append(news.Flows, report.NewsOf(now, before))
	}
	if len(news.Flows) == 0 && failed == "" {
		return nil, missing
	}
	return news, nil
}

// earlier is the flow's plan in an earlier folder, nil when it has none.
func (run *Run) earlier(since artifact.Folder, flow field.Flow) (*report.Plan, error) {
	if since == "" {
		return nil, nil
	}
	then := *run
	then.Folder = since
	before, err := Show(&then, flow, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return before, err
}
