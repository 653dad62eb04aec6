package cli

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// settings reads variables and remembers everything that is wrong with them,
// so that all of it can be said at once.
type settings struct {
	getenv   func(string) string
	missing  []string
	problems []string
}

func (s *settings) required(name string) string {
	value := s.getenv(name)
	if value == "" {
		s.missing = append(s.missing, name)
	}
	return value
}

func (s *settings) optional(name, otherwise string) string {
	if value := s.getenv(name); value != "" {
		return value
	}
	return otherwise
}

// address reads a base URL. Plain http is for loopback only: credentials go
// there.
func (s *settings) address(name, text string) *url.URL {
	if text == "" {
		return nil
	}
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Host == "":
		// The text is not shown: a password may be in it.
		s.problems = append(s.problems, name+" is no URL: write it as https://host")
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		s.problems = append(s.problems, name+" holds more than an address: write it as https://host")
	case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
		s.problems = append(s.problems, name+" is plain http: credentials would be readable on the way; use https")
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		s.problems = append(s.problems, name+" is no https URL")
	default:
		parsed.Path = strings.TrimSuffix(parsed.Path, "/")
		return parsed
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// err says everything that is wrong, on one line.
func (s *settings) err() error {
	problems := s.problems
	if len(s.missing) > 0 {
		problems = append([]string{"missing " + strings.Join(s.missing, ", ")}, problems...)
	}
	if len(problems) == 0 {
		return nil
	}
	return usageError(errors.New("configuration: " + strings.Join(problems, "; ") + "; set the variables (the README lists them) and run again"))
}

func (s *settings) salesforce() salesforce.Config {
	config := salesforce.Config{
		URL:        s.address("SALESFORCE_URL", s.required("SALESFORCE_URL")),
		ClientID:   s.required("SALESFORCE_CLIENT_ID"),
		LoginURL:   s.optional("SALESFORCE_LOGIN_URL", "https://login.salesforce.com"),
		APIVersion: strings.TrimPrefix(s.optional("SALESFORCE_API_VERSION", "62.0"), "v"),
	}
	keyFile := s.getenv("SALESFORCE_PRIVATE_KEY_FILE")
	if keyFile != "" {
		config.Username = s.required("SALESFORCE_USERNAME")
		content, err := os.ReadFile(keyFile)
		if err == nil {
			config.PrivateKey, err = salesforce.ParsePrivateKey(content)
		}
		if err != nil {
			s.problems = append(s.problems, fmt.Sprintf("SALESFORCE_PRIVATE_KEY_FILE cannot be used: %v", err))
		}
		return config
	}
	config.ClientSecret = s.required("SALESFORCE_CLIENT_SECRET")
	config.Password = s.getenv("SALESFORCE_PASSWORD")
	if config.Password != "" {
		config.Username = s.required("SALESFORCE_USERNAME")
	}
	return config
}

func zendeskPrefix(instance field.Instance) string {
	return "ZENDESK_" + strings.ToUpper(string(instance)) + "_"
}

func (s *settings) zendesk(instance field.Instance) zendesk.Config {
	prefix := zendeskPrefix(instance)
	config := zendesk.Config{Instance: instance, URL: s.address(prefix+"URL", s.required(prefix+"URL"))}
	if s.getenv(prefix+"API_TOKEN") != "" && s.getenv(prefix+"CLIENT_SECRET") == "" {
		config.Email, config.APIToken = s.required(prefix+"EMAIL"), s.required(prefix+"API_TOKEN")
		return config
	}
	config.ClientID, config.ClientSecret = s.required(prefix+"CLIENT_ID"), s.required(prefix+"CLIENT_SECRET")
	return config
}

// zendeskIsConfigured tells whether any variable of the instance is set.
func (s *settings) zendeskIsConfigured(instance field.Instance) bool {
	prefix := zendeskPrefix(instance)
	for _, name := range []string{"URL", "CLIENT_ID", "CLIENT_SECRET", "EMAIL", "API_TOKEN"} {
		if s.getenv(prefix+name) != "" {
			return true
		}
	}
	return false
}

func (s *settings) gitlab() gitlab.Config {
	return gitlab.Config{
		URL:     s.address("GITLAB_URL", s.optional("GITLAB_URL", "https://gitlab.com")),
		Token:   s.getenv("GITLAB_TOKEN"),
		Project: s.optional("OVERRIDES_PROJECT", "gitlab-com/support/zendesk-global/organization-entitlement-overrides"),
		Path:    s.optional("OVERRIDES_PATH", "overrides.yaml"),
		Ref:     s.getenv("OVERRIDES_REF"),
	}
}
