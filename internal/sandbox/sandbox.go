// Package sandbox runs stand-ins of Salesforce, both Zendesk instances and
// GitLab on loopback, over real HTTP. It shares no code with the clients or
// the table of fields, so that one mistake cannot hide another.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// Options of a sandbox.
type Options struct {
	World data.World
	// Now is the clock of all stand-ins; nil is the time of day.
	Now func() time.Time
	// Wait passes the time of delays on that clock; nil really waits.
	Wait func(ctx context.Context, duration time.Duration) error
	// JobDuration is how long a bulk update takes; 0 is 6 seconds.
	JobDuration time.Duration
	// RateLimit is Zendesk's, in requests a minute; 0 is none.
	RateLimit int
	// BatchSize and ChildPage are Salesforce's rows a page; 0 are the usual.
	BatchSize, ChildPage int
	// Pipelines is a folder of pipelines with the artifacts of their jobs, see
	// gitlab.Pipelines; empty has none.
	Pipelines string
}

// The credentials of the sandbox, which are not secret.
const (
	clientID     = "sandbox-client"
	clientSecret = "sandbox-client-secret"
	gitlabToken  = "sandbox-gitlab-token"
	project      = "gitlab-com/support/zendesk-global/organization-entitlement-overrides"
	projectID    = 4711
	// pipelinesProject is the one whose pipelines there are.
	pipelinesProject = "sandbox/zd-sfdc-sync"
	// JobToken is the token of a job of that project.
	JobToken = "sandbox-job-token"
	// OverridesPath is the overrides file's in its project.
	OverridesPath = "overrides.yaml"
)

// Sandbox is a set of stand-ins that are being served.
type Sandbox struct {
	Salesforce    *salesforce.Server
	Global, USGov *zendesk.Server
	GitLab        *gitlab.Server

	servers   []*http.Server
	addresses map[string]string
}

// Start serves the world on loopback until Close.
func Start(options Options) (*Sandbox, error) {
	world := options.World
	s := &Sandbox{
		Salesforce: salesforce.New(salesforce.Options{
			World: &world, Now: options.Now, Wait: options.Wait, ClientID: clientID, ClientSecret: clientSecret,
			BatchSize: options.BatchSize, ChildPage: options.ChildPage,
		}),
		Global: zendesk.New(instance(options, "global", zendesk.GlobalFields(), world.Global)),
		USGov:  zendesk.New(instance(options, "usgov", zendesk.USGovFields(), world.USGov)),
		GitLab: gitlab.New(gitlab.Options{
			Project: project, ProjectID: projectID, Private: true, Token: gitlabToken, Now: options.Now, Wait: options.Wait,
			Files:     map[string]string{OverridesPath: world.Overrides},
			Pipelines: gitlab.Pipelines{Project: pipelinesProject, ProjectID: projectID + 1, Folder: options.Pipelines, JobToken: JobToken, Storage: true},
		}),
		addresses: map[string]string{},
	}
	if options.Pipelines != "" {
		s.addresses["ZDSYNC_PROJECT"] = pipelinesProject
	}
	for _, service := range []struct {
		variable string
		handler  http.Handler
	}{
		{"SALESFORCE_URL", s.Salesforce.Handler()},
		{"ZENDESK_GLOBAL_URL", s.Global},
		{"ZENDESK_USGOV_URL", s.USGov},
		{"GITLAB_URL", s.GitLab},
		{"SANDBOX_CONTROL_URL", s.control()},
	} {
		if err := s.serve(service.variable, service.handler); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

func instance(options Options, name string, fields []zendesk.Field, organizations []data.Organization) zendesk.Options {
	present := make([]zendesk.Organization, len(organizations))
	for i, o := range organizations {
		present[i] = zendesk.Organization{
			ID: o.ID, Name: o.Name, Fields: o.Fields, Notes: o.Notes, Details: o.Details, Tags: o.Tags, DomainNames: o.DomainNames,
		}
	}
	return zendesk.Options{
		Name: name, Now: options.Now, Wait: options.Wait, Fields: fields, Organizations: present,
		ClientID: clientID, ClientSecret: clientSecret, JobDuration: options.JobDuration, RateLimit: options.RateLimit,
	}
}

func (s *Sandbox) serve(variable string, handler http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serving %s on loopback: %w", variable, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	s.servers = append(s.servers, server)
	s.addresses[variable] = "http://" + listener.Addr().String()
	go func() {
		// Serve returns when Close ends it.
		_ = server.Serve(listener)
	}()
	return nil
}

// Close stops serving and drops open connections.
func (s *Sandbox) Close() error {
	var problems []error
	for _, server := range s.servers {
		problems = append(problems, server.Close())
	}
	return errors.Join(problems...)
}

// Environment is the variables that a shell needs to use the sandbox.
func (s *Sandbox) Environment() map[string]string {
	environment := maps.Clone(s.addresses)
	for name, value := range map[string]string{
		"SALESFORCE_CLIENT_ID": clientID, "SALESFORCE_CLIENT_SECRET": clientSecret,
		"ZENDESK_GLOBAL_CLIENT_ID": clientID, "ZENDESK_GLOBAL_CLIENT_SECRET": clientSecret,
		"ZENDESK_USGOV_CLIENT_ID": clientID, "ZENDESK_USGOV_CLIENT_SECRET": clientSecret,
		"GITLAB_TOKEN": gitlabToken, "OVERRIDES_PROJECT": project, "OVERRIDES_PATH": OverridesPath,
	} {
		environment[name] = value
	}
	return environment
}

// Faults returns what makes each service misbehave, by its name.
func (s *Sandbox) Faults() map[string]*fault.Injector {
	return map[string]*fault.Injector{
		"salesforce": s.Salesforce.Faults(), "global": s.Global.Faults(), "usgov": s.USGov.Faults(), "gitlab": s.GitLab.Faults(),
	}
}

// Requests counts the requests of each service by method and route.
func (s *Sandbox) Requests() map[string]map[string]int {
	requests := map[string]map[string]int{}
	for name, injector := range s.Faults() {
		requests[name] = injector.Requests()
	}
	return requests
}

// Lines returns variables as NAME=value, sorted.
func Lines(environment map[string]string) []string {
	lines := make([]string, 0, len(environment))
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		lines = append(lines, name+"="+environment[name])
	}
	return lines
}
