package cli

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// values are what a shell completes for flags that take one of a few words.
func values() map[string][]string {
	return map[string][]string{
		"pace":       {string(apply.Adaptive), string(apply.Fixed)},
		"only":       {"creates", "updates", "marks"},
		"orphans":    {"list", "expire", "mark"},
		"rows":       report.RowNames(),
		"format":     page.Formats(),
		"field":      fieldKeys(),
		"color":      {"auto", "always", "never"},
		"log-format": {"text", "json"},
		"log-level":  {"debug", "info", "warn", "error"},
	}
}

// fieldKeys are the managed fields of all flows, each once.
func fieldKeys() []string {
	var keys []string
	for _, flow := range field.Flows() {
		for _, f := range field.SchemaOf(flow).Fields {
			if !slices.Contains(keys, f.Key) {
				keys = append(keys, f.Key)
			}
		}
	}
	return keys
}
