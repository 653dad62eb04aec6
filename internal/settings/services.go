package settings

import (
	"cmp"
	"crypto/rsa"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// Salesforce reads the org and the login.
func (s *Settings) Salesforce() salesforce.Config {
	config := salesforce.Config{
		URL:        s.address("SALESFORCE_URL", s.required("SALESFORCE_URL")),
		ClientID:   s.required("SALESFORCE_CLIENT_ID"),
		LoginURL:   s.optional("SALESFORCE_LOGIN_URL", "https://login.salesforce.com"),
		APIVersion: s.apiVersion("SALESFORCE_API_VERSION"),
	}
	if keyFile := s.getenv("SALESFORCE_PRIVATE_KEY_FILE"); keyFile != "" {
		config.Username = s.required("SALESFORCE_USERNAME")
		s.address("SALESFORCE_LOGIN_URL", config.LoginURL)
		config.PrivateKey = s.privateKey("SALESFORCE_PRIVATE_KEY_FILE", keyFile)
		return config
	}
	config.ClientSecret = s.requiredSecret("SALESFORCE_CLIENT_SECRET")
	config.Password = s.secret("SALESFORCE_PASSWORD")
	if config.Password != "" {
		config.Username = s.required("SALESFORCE_USERNAME")
	}
	return config
}

// privateKey reads the key in the file. A GitLab variable of the wrong type has the key
// itself in place of the file's name; it must not be shown.
func (s *Settings) privateKey(name, file string) *rsa.PrivateKey {
	content, err := regular.ReadGiven(file)
	switch {
	case err != nil && !regular.IsName(file):
		s.known(regular.Contents(file)...)
		s.problem(name + " does not name a file: if it holds the key itself, make it a variable of the type file")
		return nil
	case err != nil:
		s.problem(fmt.Sprintf("%s cannot be used: %s: %v", name, file, err))
		return nil
	}
	key, err := salesforce.ParsePrivateKey(content)
	if err != nil {
		s.problem(fmt.Sprintf("%s cannot be used: %s: %v", name, file, err))
	}
	return key
}

var apiVersion = regexp.MustCompile(`^[1-9][0-9]{1,2}\.0$`)

func (s *Settings) apiVersion(name string) string {
	version := strings.TrimPrefix(s.optional(name, "62.0"), "v")
	if !apiVersion.MatchString(version) {
		s.problem(name + " is not a version such as 62.0")
	}
	return version
}

// Zendesk reads the instance and the login.
func (s *Settings) Zendesk(instance field.Instance) zendesk.Config {
	prefix := zendesk.VariablePrefix(instance)
	config := zendesk.Config{
		Instance: instance, URL: s.address(prefix+"URL", s.required(prefix+"URL")),
		ClientID: s.get(prefix + "CLIENT_ID"), ClientSecret: s.secret(prefix + "CLIENT_SECRET"),
		Email: s.get(prefix + "EMAIL"), APIToken: s.secret(prefix + "API_TOKEN"),
	}
	isToken := config.ClientSecret == "" && (config.APIToken != "" || (config.Email != "" && config.ClientID == ""))
	if isToken {
		s.demand(prefix+"EMAIL", config.Email)
		s.demand(prefix+"API_TOKEN", config.APIToken)
		config.ClientID = ""
		return config
	}
	s.demand(prefix+"CLIENT_ID", config.ClientID)
	s.demand(prefix+"CLIENT_SECRET", config.ClientSecret)
	config.Email, config.APIToken = "", ""
	return config
}

// HasZendesk reports whether any variable of the instance is set.
func (s *Settings) HasZendesk(instance field.Instance) bool {
	for _, name := range []string{"URL", "CLIENT_ID", "CLIENT_SECRET", "EMAIL", "API_TOKEN"} {
		if s.getenv(zendesk.VariablePrefix(instance)+name) != "" {
			return true
		}
	}
	return false
}

// GitLab reads the place of the overrides file. Everything has a default, and a public
// project needs no token.
func (s *Settings) GitLab() gitlab.Config {
	return gitlab.Config{
		URL:     s.address("GITLAB_URL", s.optional("GITLAB_URL", "https://gitlab.com")),
		Token:   s.header("GITLAB_TOKEN"),
		Project: s.optional("OVERRIDES_PROJECT", "gitlab-com/support/zendesk-global/organization-entitlement-overrides"),
		Path:    s.optional("OVERRIDES_PATH", "overrides.yaml"),
		Ref:     s.get("OVERRIDES_REF"),
	}
}

// Pipelines reads the project of the pipelines, and the token: one of its own, that of
// the running job, or the one that reads the overrides.
func (s *Settings) Pipelines(project, ref string) gitlab.PipelineConfig {
	config := gitlab.PipelineConfig{
		URL:     s.address("GITLAB_URL", s.optional("GITLAB_URL", s.optional("CI_SERVER_URL", "https://gitlab.com"))),
		Project: s.demand("CI_PROJECT_PATH or --project", cmp.Or(project, s.getenv("CI_PROJECT_PATH"))),
		Ref:     cmp.Or(ref, s.getenv("CI_DEFAULT_BRANCH")),
		Token:   s.secret("GITLAB_PIPELINES_TOKEN"),
	}
	if config.Token == "" {
		config.Token = s.secret("CI_JOB_TOKEN")
		config.JobToken = config.Token != ""
	}
	if config.Token == "" {
		config.Token = s.secret("GITLAB_TOKEN")
	}
	if config.JobToken && config.Ref == "" {
		s.missing = append(s.missing, "CI_DEFAULT_BRANCH or --ref")
	}
	return config
}

// Slack reads the address for messages, nil if there is none.
func (s *Settings) Slack() *url.URL {
	text := s.secret("SLACK_WEBHOOK_URL")
	if text == "" {
		return nil
	}
	webhook, err := url.Parse(text)
	if err != nil || webhook.Host == "" || (webhook.Scheme != "https" && (webhook.Scheme != "http" || !isLoopback(webhook.Hostname()))) {
		// The address is a secret: whoever knows it may post.
		s.problem("SLACK_WEBHOOK_URL is not an https URL: set it to that of an incoming webhook")
		return nil
	}
	s.known(webhook.Path)
	return webhook
}
