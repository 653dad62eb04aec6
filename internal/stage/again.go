package stage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// Shower is an instance that returns organizations by their ids.
type Shower interface {
	// Fields reads the instance's organization fields. An error names those that
	// do not match what the flow writes.
	Fields(ctx context.Context) (zendesk.Fields, error)
	// ShowMany returns up to zendesk.PageSize organizations as they are now. Those
	// that are gone are missing.
	ShowMany(ctx context.Context, ids []int64) (map[int64]organization.Organization, error)
}

// GatherAgain gathers the partner flow without listing its instance: it fetches the
// partners among the organizations that the global flow gathered, 100 per request,
// and filters them like a listing (docs/rules.md, Stage zendesk-gather). The data
// counts as old as that gather, which must be of the same day and at most maxAge
// old.
func GatherAgain(ctx context.Context, run *Run, source string, instance Shower, maxAge time.Duration) (*artifact.Manifest, error) {
	return run.gather(field.Partner, source, func(s *session, keep filter) error {
		candidates, err := s.candidates(keep)
		if err == nil {
			err = s.checkGlobalGather(source, maxAge)
		}
		if err == nil {
			err = s.checkFields(ctx, instance)
		}
		if err == nil {
			err = s.showAgain(ctx, instance, candidates, keep)
		}
		return err
	})
}

// candidates are the organizations of the global flow's gather that the filter
// keeps. The global flow may have changed them since.
func (s *session) candidates(keep filter) ([]int64, error) {
	var ids []int64
	return ids, s.readOrganizations(field.SchemaOf(field.Global), func(org organization.Organization) error {
		if keep(org) {
			ids = append(ids, org.ID)
		}
		return nil
	})
}

// checkGlobalGather returns an error for a gather of another instance or day, or an
// old one.
func (s *session) checkGlobalGather(source string, maxAge time.Duration) error {
	name := artifact.GatherManifest(field.Global)
	gather, err := s.inputs.Manifest(name)
	if err != nil {
		return err
	}
	problem := ""
	age := s.run.Clock.Now().Sub(gather.GatheredAt).Round(time.Second)
	switch {
	case gather.Source != source:
		problem = fmt.Sprintf("is of %s, not of %s", gather.Source, source)
	case gather.Date != s.run.Day:
		problem = fmt.Sprintf("is of %s, not of %s", gather.Date, s.run.Day)
	case age > maxAge:
		problem = fmt.Sprintf("was gathered %s ago, more than --max-age %s", age, maxAge)
	}
	if problem != "" {
		return &artifact.Error{Name: name, Problem: problem, Hint: "run " + artifact.Command(name) + " again, or leave --from-global out"}
	}
	s.manifest.GatheredAt = gather.GatheredAt
	return nil
}

func (s *session) showAgain(ctx context.Context, instance Shower, candidates []int64, keep filter) error {
	file, err := s.batch.Create(artifact.ZendeskOrgs(field.Partner))
	if err != nil {
		return err
	}
	s.run.Progress.Expect(len(candidates))
	shown := 0
	for ids := range slices.Chunk(candidates, zendesk.PageSize) {
		orgs, err := instance.ShowMany(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			org, ok := orgs[id]
			if !ok {
				continue
			}
			shown++
			if !keep(org) {
				continue
			}
			if err := file.Append(string(org.Record.Get(field.SalesforceID)), org.ID, org); err != nil {
				return err
			}
		}
		s.run.Progress.Update("showing organizations", shown)
	}
	s.manifest.Counts["candidates"], s.manifest.Counts["shown"] = len(candidates), shown
	if shown < len(candidates)-zendesk.Shortfall(len(candidates)) {
		return fmt.Errorf("zendesk returned %d of %d organizations: the read is incomplete and nothing was written; run again", shown, len(candidates))
	}
	return nil
}
