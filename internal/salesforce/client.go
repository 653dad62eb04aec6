// Package salesforce reads accounts from Salesforce: it logs in, runs the two queries
// to a proven end, and turns rows into accounts.
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
	// OnTotal, if set, receives the expected number of accounts before the first one is
	// read.
	OnTotal func(total int)

	config    Config
	transport *transport.Transport
	bearer    *transport.Bearer
	logger    *slog.Logger
	secrets   *redact.Secrets
	// usage is the org's latest report of its daily API requests.
	usage atomic.Value
}

// queryTime is how long Salesforce may take to answer: it may work on a query for up to
// 120 seconds first (docs/services.md, Queries).
const queryTime = 150 * time.Second

// New returns a client. Options are what all clients share; service, address and
// authorization are set here.
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

// Stats returns the statistics of the requests to Salesforce; those for tokens do not
// count.
func (c *Client) Stats() transport.Stats { return c.transport.Stats() }

// get requests a path of the org. The library sends the request; the transport replaces
// the library's session by the current one, and adds the context, which the library
// does not support.
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
	// Salesforce may make pages with child lists smaller; asking for the largest saves
	// requests.
	bound.Header.Set("Sforce-Query-Options", "batchSize=2000")
	response, err := b.client.transport.RoundTrip(bound)
	if err == nil {
		b.client.usage.Store(response.Header.Get("Sforce-Limit-Info"))
	}
	return response, err
}

// reportUsage warns of the share of daily API requests that the org has used: without
// any left, nobody can read the org until the next day (docs/services.md, Queries).
func (c *Client) reportUsage() {
	if usage, ok := c.usage.Load().(string); ok && usage != "" {
		c.logger.Info("API requests of the day", "service", "Salesforce", "limits", c.secrets.Words(usage))
	}
}
