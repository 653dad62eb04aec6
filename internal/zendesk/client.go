// Package zendesk reads and writes the organizations of one Zendesk instance.
package zendesk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"github.com/nukosuke/go-zendesk/zendesk"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Config names the instance and the login: OAuth client credentials, or the API token
// of a user.
type Config struct {
	Instance               field.Instance
	URL                    *url.URL
	ClientID, ClientSecret string
	Email, APIToken        string
	// Writes asks for the scope to write as well.
	Writes bool
}

// scope returns the scope to request for the OAuth token.
func (c Config) scope() string {
	if c.Writes {
		return "read write"
	}
	return "read"
}

// VariablePrefix returns the prefix of the instance's variables.
func VariablePrefix(instance field.Instance) string {
	return "ZENDESK_" + strings.ToUpper(string(instance)) + "_"
}

// PageSize is how many organizations Zendesk lists, shows or updates at most in one
// request.
const PageSize = 100

// Client accesses the managed fields of one flow in one instance.
type Client struct {
	// OnTotal, if set, receives the expected number of organizations before the first
	// one is read.
	OnTotal func(total int)

	schema *field.Schema
	// fields are those of the instance once they have been read; until then every value
	// is its own tag.
	fields Fields
	// bearer is nil for an API token.
	bearer    *transport.Bearer
	logger    *slog.Logger
	secrets   *redact.Secrets
	transport *transport.Transport
	api       *zendesk.Client
}

// New returns a client. Options are what all clients share; service, address and
// authorization are set here.
func New(config Config, schema *field.Schema, options transport.Options) (*Client, error) {
	prefix := VariablePrefix(config.Instance)
	options.Service = config.Instance.Title()
	options.Base = config.URL
	options.Describe = describe
	options.Settings = transport.Settings{URL: prefix + "URL", Credentials: prefix + "CLIENT_ID and " + prefix + "CLIENT_SECRET"}
	options.Secrets.Add(config.ClientSecret, config.APIToken)
	client := &Client{schema: schema, logger: options.Logger, secrets: options.Secrets}
	if config.APIToken != "" {
		options.Settings.Credentials = prefix + "EMAIL and " + prefix + "API_TOKEN"
		// The header is as secret as the token; the e-mail address alone is not secret,
		// and may occur in an account.
		options.Secrets.Add(base64.StdEncoding.EncodeToString([]byte(config.Email + "/token:" + config.APIToken)))
		options.Authorization = transport.Basic(config.Email+"/token", config.APIToken)
	} else {
		client.bearer = config.bearer(options)
		options.Authorization = client.bearer
	}
	client.transport = transport.New(options)
	api, err := zendesk.NewClient(client.transport.Client())
	if err != nil {
		return nil, err
	}
	if err := api.SetEndpointURL(config.URL.JoinPath("/api/v2").String()); err != nil {
		return nil, err
	}
	client.api = api
	return client, nil
}

// bearer gets OAuth tokens with the client's credentials.
func (c Config) bearer(options transport.Options) *transport.Bearer {
	tokens := transport.New(options)
	return &transport.Bearer{
		Clock:   options.Clock,
		Secrets: options.Secrets,
		Fetch: func(ctx context.Context) (transport.Token, error) {
			return transport.FetchToken(ctx, tokens.Client(), c.URL.JoinPath("/oauth/tokens").String(), url.Values{
				"grant_type": {"client_credentials"}, "scope": {c.scope()},
				"client_id": {c.ClientID}, "client_secret": {c.ClientSecret},
			})
		},
	}
}

// Login gets a token, to show that the credentials work, and returns its scopes. With
// an API token there is nothing to get, and there are no scopes.
func (c *Client) Login(ctx context.Context) (scope string, err error) {
	if c.bearer == nil {
		return "", nil
	}
	token, err := c.bearer.Login(ctx)
	return c.secrets.Words(token.Scope), err
}

// Stats returns the statistics of the requests to the instance; those for tokens do not
// count.
func (c *Client) Stats() transport.Stats { return c.transport.Stats() }

// Pause waits after a failed write, and logs it.
func (c *Client) Pause(ctx context.Context, attempt int, failure *transport.Error) error {
	return c.transport.PauseBefore(ctx, attempt, failure)
}

func (c *Client) get(ctx context.Context, path string, into any) error {
	body, err := c.api.Get(ctx, path)
	if err != nil {
		return transport.Simplify(err)
	}
	return c.decode(body, path, into)
}

func (c *Client) decode(body []byte, path string, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return c.unreadable(path, err)
	}
	return nil
}

func (c *Client) unreadable(path string, err error) error {
	return fmt.Errorf("unreadable answer to %s from Zendesk: %w; run again", strings.SplitN(path, "?", 2)[0], c.secrets.Error(jsonfault.Plain(err)))
}

// cursor is the end of a page: only has_more says whether there is another page,
// because after_cursor is set on the last page too (docs/services.md, Organizations).
type cursor struct {
	HasMore     *bool  `json:"has_more"`
	AfterCursor string `json:"after_cursor"`
}

// mostEmptyPages is how many consecutive empty pages are accepted.
const mostEmptyPages = 10

// pages requests page after page of the path. The function decodes a page and returns
// its number of records and its cursor.
func (c *Client) pages(ctx context.Context, path string, page func(body []byte) (int, *cursor, error)) error {
	query := fmt.Sprintf("?page%%5Bsize%%5D=%d", PageSize)
	next, asked, empty := query, map[string]bool{}, 0
	for {
		body, err := c.api.Get(ctx, path+next)
		if err != nil {
			return transport.Simplify(err)
		}
		records, end, err := page(body)
		if empty++; records > 0 {
			empty = 0
		}
		switch {
		case err != nil:
			return err
		case end == nil || end.HasMore == nil:
			return fmt.Errorf("zendesk answered %s without meta.has_more, so whether the list is complete is unknown; run again", path)
		case !*end.HasMore:
			return nil
		case end.AfterCursor == "":
			return fmt.Errorf("zendesk says that %s has more pages, but not where they are; run again", path)
		case empty > mostEmptyPages:
			return fmt.Errorf("zendesk says that %s has more after %d empty pages in a row; run again", path, empty)
		case asked[end.AfterCursor]:
			return fmt.Errorf("zendesk pages %s in a loop: a cursor came twice; run again", path)
		}
		asked[end.AfterCursor] = true
		next = query + "&page%5Bafter%5D=" + url.QueryEscape(end.AfterCursor)
	}
}
