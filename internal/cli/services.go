package cli

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/settings"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// options returns what the clients of all services share.
func (a *app) options() transport.Options {
	return transport.Options{
		Connections: a.connections, Policy: a.Policy, Clock: a.Clock, Random: a.Random, Logger: a.logger, Secrets: a.secrets,
	}
}

// settings reads the services' variables, and registers the secrets among them before
// anything can be printed.
func (a *app) settings() *settings.Settings { return settings.New(a.Getenv, a.secrets.Add) }

func (a *app) salesforceClient(config salesforce.Config) *salesforce.Client {
	client := salesforce.New(config, a.options())
	client.OnTotal = a.progress.Expect
	a.transport = append(a.transport, client)
	return client
}

func (a *app) zendeskClient(config zendesk.Config, schema *field.Schema) (*zendesk.Client, error) {
	if config.APIToken != "" {
		a.logger.Warn("API tokens stop working on 2027-04-30: create an OAuth client and set "+
			zendesk.VariablePrefix(config.Instance)+"CLIENT_ID and _CLIENT_SECRET", "instance", config.Instance)
	}
	client, err := zendesk.New(config, schema, a.options())
	if err != nil {
		return nil, err
	}
	client.OnTotal = a.progress.Expect
	a.transport = append(a.transport, client)
	return client, nil
}

// requests adds up the requests to all services.
func (a *app) requests() transport.Stats {
	var sum transport.Stats
	for _, client := range a.transport {
		stats := client.Stats()
		sum.Requests += stats.Requests
		sum.Repeats += stats.Repeats
		sum.Waited += stats.Waited
	}
	return sum
}
