// Package salesforce reads accounts from Salesforce: it logs in, runs the two
// queries to their proved end, and maps rows to accounts.
package salesforce

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/simpleforce/simpleforce"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Client reads one Salesforce org.
type Client struct {
	// OnTotal, if it is set, is told how many accounts a read is to give,
	// before the first of them.
	OnTotal func(total int)

	config    Config
	transport *transport.Transport
	bearer    *transport.Bearer
	logger    *slog.Logger
	secrets   *redact.Secrets
	// usage is what the org last said of its API requests of the day.
	usage atomic.Value
}

// queryTime is how long Salesforce may take to answer: it works on a query for
// up to 120 seconds first (docs/services.md, Queries).
const queryTime = 150 * time.Second

// New returns a client. Options bring what all clients share; service,
// address and authorization are set here.
func New(config Config, options transport.Options) *Client {
	options.Service = "Salesforce"
	options.Base = config.URL
	options.Describe = config.describe
	options.Settings = transport.Settings{URL: "SALESFORCE_URL", Credentials: config.credentialNames()}
	tokens := transport.New(options)
	options.Policy.RequestTimeout = cmp.Or(options.Policy.RequestTimeout, queryTime)
	options.Secrets.Add(config.ClientSecret, config.Password)
	bearer := &transport.Bearer{
		Clock:   options.Clock,
		Secrets: options.Secrets,
		Fetch: func(ctx context.Context) (transport.Token, error) {
			form, err := config.grant(options.Clock.Now())
			if err != nil {
				return transport.Token{}, err
			}
			options.Secrets.Add(form.Get("assertion"))
			return transport.FetchToken(ctx, tokens.Client(), config.URL.JoinPath("/services/oauth2/token").String(), form)
		},
	}
	options.Authorization = bearer
	return &Client{config: config, transport: transport.New(options), bearer: bearer, logger: options.Logger, secrets: options.Secrets}
}

// Stats tells what was asked of Salesforce; tokens are not counted.
func (c *Client) Stats() transport.Stats { return c.transport.Stats() }

// get asks for a path of the org. The library sends it; the transport puts
// the session that lives in place of the library's, and binds the context
// that the library does not know.
func (c *Client) get(ctx context.Context, path string) ([]byte, error) {
	session := simpleforce.NewClient(c.config.URL.String(), c.config.ClientID, c.config.APIVersion)
	session.SetSidLoc("set by the transport", strings.TrimSuffix(c.config.URL.String(), "/"))
	session.SetHttpClient(&http.Client{Transport: boundTransport{ctx, c}})
	body, err := session.ApexREST(http.MethodGet, strings.TrimPrefix(path, "/"), nil)
	return body, transport.Simplify(err)
}

func (c *Client) queryPath(soql string) string {
	return "/services/data/v" + c.config.APIVersion + "/query?q=" + url.QueryEscape(soql)
}

type boundTransport struct {
	ctx    context.Context
	client *Client
}

func (b boundTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	bound := request.Clone(b.ctx)
	// A page of children may be long, and is worth more than the default.
	bound.Header.Set("Sforce-Query-Options", "batchSize=2000")
	response, err := b.client.transport.RoundTrip(bound)
	if err == nil {
		b.client.usage.Store(response.Header.Get("Sforce-Limit-Info"))
	}
	return response, err
}

// reportUsage tells how many API requests of the day the org has spent: when
// there are none left, nobody can read it until tomorrow (docs/services.md,
// Queries).
func (c *Client) reportUsage() {
	if usage, ok := c.usage.Load().(string); ok && usage != "" {
		c.logger.Info("API requests of the day", "service", "Salesforce", "limits", c.secrets.Words(usage))
	}
}
