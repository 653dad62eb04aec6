// Package slack posts a message to an incoming webhook.
package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Post sends the text, and repeats this if it may help: a message sent twice is better
// than none.
func Post(ctx context.Context, webhook *url.URL, text string, options transport.Options) error {
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return fmt.Errorf("writing the message: %w", err)
	}
	options.Service, options.Base, options.AnyBody, options.Posted = "Slack", &url.URL{Scheme: webhook.Scheme, Host: webhook.Host}, true, http.StatusOK
	options.Settings = transport.Settings{URL: "SLACK_WEBHOOK_URL", Credentials: "SLACK_WEBHOOK_URL"}
	// Whoever knows the path may post.
	options.Secrets.Add(webhook.Path)
	round := transport.New(options)
	for attempt := 1; ; attempt++ {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook.String(), bytes.NewReader(body))
		if err != nil {
			return errors.New("posting the message: SLACK_WEBHOOK_URL cannot be reached; check the variable and the network")
		}
		request.Header.Set("Content-Type", "application/json")
		answer, err := round.Client().Do(request)
		if err == nil {
			return answer.Body.Close()
		}
		failure := transport.AsError(err)
		if failure == nil || !failure.Temporary() {
			return fmt.Errorf("posting the message: %w", transport.Simplify(err))
		}
		if err := round.PauseBefore(ctx, attempt, failure); err != nil {
			return fmt.Errorf("posting the message: %w", transport.Simplify(err))
		}
	}
}
