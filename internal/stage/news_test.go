package stage_test

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// orphans are the names of the new orphans of each flow.
func orphans(news *report.News) map[field.Flow][]string {
	names := map[field.Flow][]string{}
	for _, flow := range news.Flows {
		for _, topic := range flow.Topics {
			if topic.Name != report.TopicOrphans {
				continue
			}
			for _, row := range topic.New {
				names[flow.Flow] = append(names[flow.Flow], row.Name)
			}
		}
	}
	return names
}

func TestNewsAreHeldAgainstTheRunBefore(t *testing.T) {
	w := newWorld(t)
	w.org.customers = append(w.org.customers, customer(maple, "Maple", "2027-01-01"))
	w.org.partners = append(w.org.partners, &account.Partner{ID: tulip, ShortID: tulip.Short(), Name: "Tulip", AccountType: "open_partner"})
	orphan := func(id int64, name string, of field.Value) {
		w.exists(field.Global, id, map[string]field.Value{"name": field.Value(name), "salesforce_id": of, "account_type": "customer", "support_level": "premium"})
	}
	orphan(7, "Old", field.Value(birch))
	plan := func() {
		w.gathered()
		w.process()
		w.compare(field.Global)
	}
	plan()
	before := artifact.Folder(t.TempDir())
	w.ok(os.CopyFS(string(before), os.DirFS(string(w.folder))))
	orphan(8, "New", "001B0000002GcqAIAS")
	plan()

	news, err := stage.News(w.run(), before, "")
	w.ok(err)
	if diff := cmp.Diff(map[field.Flow][]string{field.Global: {"New"}}, orphans(news)); diff != "" || !news.Due() {
		t.Errorf("due %v, new orphans (-want +got):\n%s", news.Due(), diff)
	}
	news, err = stage.News(w.run(), w.folder, "")
	w.ok(err)
	if diff := cmp.Diff(map[field.Flow][]string{}, orphans(news)); diff != "" || news.Due() {
		t.Errorf("against itself: due %v, new orphans (-want +got):\n%s", news.Due(), diff)
	}
}

func TestNewsOfAFailureNeedNoPlan(t *testing.T) {
	w := newWorld(t)
	if _, err := stage.News(w.run(), "", ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a failure: %v", err)
	}
	news, err := stage.News(w.run(), "", "pipeline")
	if err != nil || !news.Due() {
		t.Errorf("%v", err)
	}
	w.ok(os.MkdirAll(w.folder.Path("global"), 0o700))
	w.write("global/plan.json", "{")
	if _, err := stage.News(w.run(), "", "pipeline"); err != nil {
		t.Errorf("with a plan that cannot be read: %v", err)
	}
}
