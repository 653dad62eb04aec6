package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// News returns what needs attention in the plans of the folder, and what of it is
// new since an earlier folder; empty is none, and one that does not exist is a
// UsageError. Flows without a plan are skipped. If there is no plan at all, the error
// is an *artifact.Error, unless something has failed before.
func News(run *Run, since artifact.Folder, failed string) (*report.News, error) {
	if err := checkEarlier(since); err != nil {
		return nil, err
	}
	news := &report.News{Failed: failed}
	var missing error
	for _, flow := range []field.Flow{field.Global, field.USGov, field.Partner} {
		now, err := Show(run, flow, false)
		if errors.Is(err, fs.ErrNotExist) {
			missing = err
			continue
		}
		if err == nil {
			now, err = Against(run, now, since)
		}
		if err != nil && failed != "" {
			// A failure is reported with whatever can be read.
			run.Log.Warn("left out of the message", "flow", flow, "because", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		news.Flows = append(news.Flows, report.NewsOf(now))
	}
	if len(news.Flows) == 0 && failed == "" {
		return nil, missing
	}
	return news, nil
}

// checkEarlier refuses an earlier folder that does not exist: every row would look new.
func checkEarlier(folder artifact.Folder) error {
	if folder == "" {
		return nil
	}
	if _, err := os.Stat(string(folder)); err != nil {
		return usageError(fmt.Errorf("--since: %w; give the data folder of an earlier run", err))
	}
	return nil
}

// Against returns the plan with its differences from that of an earlier folder. An
// empty folder, or one without a plan of the flow, changes nothing; one that does not
// exist is a UsageError.
func Against(run *Run, whole *report.Plan, since artifact.Folder) (*report.Plan, error) {
	if err := checkEarlier(since); since == "" || err != nil {
		return whole, err
	}
	then := *run
	then.Folder = since
	before, err := Show(&then, whole.Flow, false)
	if errors.Is(err, fs.ErrNotExist) {
		return whole, nil
	}
	if err != nil {
		return nil, err
	}
	return whole.Against(before), nil
}
