package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// compareOptions turns flags into what the plan is made with.
func (s *stage) compareOptions(flags compareFlags, input *plan.Input) error {
	for _, limit := range plan.DefaultLimits(input.Schema.Flow) {
		if text := *flags.limits[limit.Name]; text != "" {
			parsed, err := limit.Parse(text)
			if err != nil {
				return usageError(err)
			}
			limit = parsed
		}
		input.Limits = append(input.Limits, limit)
	}
	for _, text := range flags.accounts {
		id, err := account.ParseID(text)
		if err != nil {
			return usageError(fmt.Errorf("--account: %w", err))
		}
		if input.Only == nil {
			input.Only = map[account.ID]bool{}
		}
		input.Only[id] = true
	}
	if flags.protectedIDsFile == "" {
		return nil
	}
	content, err := s.readFile(flags.protectedIDsFile)
	if err != nil {
		return fmt.Errorf("reading protected ids: %w; set --protected-ids-file", err)
	}
	if input.Protected, err = parseProtected(flags.protectedIDsFile, string(content)); err != nil {
		return usageError(err)
	}
	s.inputs.Add(artifact.File{Path: flags.protectedIDsFile, SHA256: digestOf(content), Records: len(input.Protected)})
	return nil
}

// parseProtected reads one id a line; what follows a # is a comment.
func parseProtected(name, content string) (map[account.ID]bool, error) {
	protected := map[account.ID]bool{}
	for i, line := range strings.Split(content, "\n") {
		text, _, _ := strings.Cut(line, "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		id, err := account.ParseID(text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
		protected[id] = true
	}
	return protected, nil
}

// knowsAccounts refuses accounts asked for that neither side has: nothing to do
// for a mistyped id would look like success.
func knowsAccounts(input plan.Input) error {
	unknown := maps.Clone(input.Only)
	for _, wanted := range input.Wanted {
		delete(unknown, wanted.ID)
	}
	for _, present := range input.Present {
		if id, ok := present.AccountID(); ok {
			delete(unknown, id)
		}
	}
	maps.DeleteFunc(unknown, func(id account.ID, _ bool) bool { return input.LeftOut[id] != "" })
	for _, id := range slices.Sorted(maps.Keys(unknown)) {
		return usageError(fmt.Errorf("--account %s: neither side of flow %s has this account; look at the id and the flow", id, input.Schema.Flow))
	}
	return nil
}
