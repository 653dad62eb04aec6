package slack_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/slack"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// post sends a message to a webhook that answers with the statuses in turn, and
// returns what it was sent.
func post(t *testing.T, statuses ...int) (got []string, err error) {
	t.Helper()
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body))
		w.WriteHeader(statuses[min(len(got), len(statuses))-1])
		_, _ = io.WriteString(w, "ok")
	}))
	defer listening.Close()
	webhook, err := url.Parse(listening.URL + "/services/T0/B0/secret")
	if err != nil {
		t.Fatal(err)
	}
	err = slack.Post(t.Context(), webhook, "*new* \"Birch\"\n", transport.Options{
		Connections: transport.Connections(),
		Policy:      transport.DefaultPolicy(), Clock: clocktest.New(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)), Random: func() float64 { return 0 },
		Logger: slog.New(slog.DiscardHandler), Secrets: redact.NewSecrets(),
	})
	return got, err
}

func TestAMessageIsPosted(t *testing.T) {
	const want = `POST /services/T0/B0/secret application/json {"text":"*new* \"Birch\"\n"}`
	got, err := post(t, 200)
	if diff := cmp.Diff([]string{want}, got); diff != "" || err != nil {
		t.Errorf("%v, requests (-want +got):\n%s", err, diff)
	}
	got, err = post(t, 503, 429, 200)
	if diff := cmp.Diff([]string{want, want, want}, got); diff != "" || err != nil {
		t.Errorf("after failures that pass: %v, requests (-want +got):\n%s", err, diff)
	}
}

func TestARefusalDoesNotShowTheWebhook(t *testing.T) {
	got, err := post(t, 404)
	if err == nil || len(got) != 1 || !strings.Contains(err.Error(), "posting the message: Slack answered POST [redacted] with 404 Not Found; check SLACK_WEBHOOK_URL") {
		t.Errorf("%v after %d requests", err, len(got))
	}
}
