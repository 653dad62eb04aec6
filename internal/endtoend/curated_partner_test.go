package endtoend

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// partnerFiles are the three files of the curated partners' plan, worked out by
// hand from what each account and its organization have, docs/rules.md and
// docs/artifacts.md.
func partnerFiles() map[string]string {
	return map[string]string{
		// P0016 to P0018 are not created for their names; P0022 to P0024 are no
		// authorized partners of the two tracks.
		"creates.json": `[
{"salesforce_id":"0014M00002P0003QAB","sfdc_short_id":"0014M00002P0003","name":"Partner without Organization","account_type":"open_partner","account_owner":"Avery Owner","technical_account_manager":"Morgan Manager","solutions_architect":"Sasha Architect","restricted_account":false,"support_hold":false,"org_in_escalated_state":false}
]
`,
		// P0007's null check boxes, P0011's white space and P0019's umlauts are
		// no differences; P0014 has two organizations.
		"updates.json": `[
{"id":360001000004,"salesforce_id":"0014M00002P0004QAB","name":"Partner with a New Owner","reason":"","changes":[{"field":"account_owner","from":"Former Owner","to":"Avery Owner"}]},
{"id":360001000005,"salesforce_id":"0014M00002P0005QAB","name":"Restricted Partner","reason":"","changes":[{"field":"restricted_account","from":false,"to":true}]},
{"id":360001000009,"salesforce_id":"0014M00002P0009QAB","name":"Partner without an Architect","reason":"","changes":[{"field":"solutions_architect","from":"Sasha Architect","to":""}]},
{"id":360001000010,"salesforce_id":"0014M00002P0010QAB","name":"Partner that Changed Track","reason":"","changes":[{"field":"account_type","from":"open_partner","to":"select_partner"}]},
{"id":360001000012,"salesforce_id":"0014M00002P0012QAB","name":"Partner by its Short Id","reason":"","changes":[{"field":"salesforce_id","from":"0014M00002P0012","to":"0014M00002P0012QAB"}]},
{"id":360001000013,"salesforce_id":"0014M00002P0013QAB","name":"Partner that Came Back","reason":"","changes":[{"field":"mark_for_deletion","from":true,"to":false}]},
{"id":9007199254740993,"salesforce_id":"0014M00002P0020QAB","name":"Partner with a Large Number","reason":"","changes":[{"field":"technical_account_manager","from":"Former Manager","to":"Morgan Manager"}]},
{"id":360001000021,"salesforce_id":"0014M00002P0021QAB","name":"Customer that Became a Partner","reason":"","changes":[{"field":"account_type","from":"customer","to":"open_partner"}]}
]
`,
		// G0002 is to be ignored, G0003 protected, G0004 to G0006 have no usable
		// id, and the open partner K0008 is a customer by now.
		"not_in_sync.json": `[
{"id":360001000022,"salesforce_id":"0014M00002G0001QAB","name":"Partner No More","reason":"not_a_partner","seen":{"name":"Partner No More","account_type":"open_partner"},"changes":[{"field":"mark_for_deletion","from":false,"to":true}]}
]
`,
	}
}

// partnerListing is what plan.json lists and counts, as far as people and
// pipelines go by it.
type partnerListing struct {
	HasChanges bool           `json:"has_changes"`
	Counts     map[string]int `json:"counts"`
	Held       []any          `json:"held"`
	Orphans    []any          `json:"orphans"`
	Unmanaged  []struct {
		ID           int64  `json:"id"`
		SalesforceID string `json:"salesforce_id"`
	} `json:"unmanaged"`
	Conflicts []partnerConflict `json:"conflicts"`
}

type partnerConflict struct {
	AccountID       string   `json:"salesforce_id"`
	Name            string   `json:"name"`
	Reason          string   `json:"reason"`
	OrganizationIDs []int64  `json:"organization_ids"`
	AccountIDs      []string `json:"salesforce_ids"`
}

func wantedPartnerConflicts() []partnerConflict {
	return []partnerConflict{
		{AccountID: "0014M00002P0014QAB", Name: "Partner with Two Organizations", Reason: "duplicate_id", OrganizationIDs: []int64{360001000014, 360001000015}},
		{AccountID: "0014M00002P0016QAB", Name: "Taken Name Limited", Reason: "name_taken", OrganizationIDs: []int64{360001000018}},
		{AccountID: "0014M00002P0017QAB", Name: "Two of a Name", Reason: "name_taken", AccountIDs: []string{"0014M00002P0018QAB"}},
		{AccountID: "0014M00002P0018QAB", Name: "two of a name", Reason: "name_taken", AccountIDs: []string{"0014M00002P0017QAB"}},
	}
}

// plannedPartners is the curated world with its plan of the partner flow.
// Every organization carries what agents write.
func plannedPartners(t *testing.T) *world {
	t.Helper()
	w := startWorld(t, curated())
	for _, organization := range w.Global.Organizations() {
		w.Global.Edit(organization.ID, func(o *zendesk.Organization) {
			o.Notes, o.Details = fmt.Sprint("notes ", o.ID), "details"
			o.Tags, o.DomainNames = []string{"vip", fmt.Sprint("tag_", o.ID)}, []string{fmt.Sprintf("d%d.example", o.ID)}
			o.Fields["am_project_notes"] = "a project"
			o.Fields["sub_sm_ultimate"] = true // the customer flow's
		})
	}
	protected := filepath.Join(t.TempDir(), "protected.txt")
	if err := os.WriteFile(protected, []byte(strings.Join(data.Curated(noon()).Protected, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	w.environment["ZDSYNC_PROTECTED_IDS_FILE"] = protected
	w.must("salesforce customer")
	for _, command := range partnerStages() {
		w.must(command)
	}
	return w
}

// The curated partners, one by one: what is planned for each, to the byte.
func TestCuratedPartnersArePlanned(t *testing.T) {
	t.Parallel()
	w := plannedPartners(t)
	for name, want := range partnerFiles() {
		if diff := cmp.Diff(want, w.read("partner/"+name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var got partnerListing
	w.readJSON("partner/plan.json", &got)
	want := partnerListing{
		HasChanges: true,
		// Organizations: 27 that the curated world calls partners', and K0008.
		Counts: map[string]int{
			"organizations": 28, "accounts": 22, "creates": 1, "updates": 8, "marks_for_deletion": 1,
			"support_gained": 0, "support_lost": 0, "without_organization": 0, "held": 0, "orphans": 0, "unmanaged": 4, "conflicts": 4,
		},
		Conflicts: wantedPartnerConflicts(),
	}
	// Organizations with an empty id are counted, those with an invalid one listed.
	want.Unmanaged = append(want.Unmanaged, struct {
		ID           int64  `json:"id"`
		SalesforceID string `json:"salesforce_id"`
	}{360001000026, "0014M00002"}, struct {
		ID           int64  `json:"id"`
		SalesforceID string `json:"salesforce_id"`
	}{360001000027, "0014M00002G0006AAA"})
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("plan.json (-want +got):\n%s", diff)
	}
}

// partnerEffects are the fields that the plan changes, by organization.
func partnerEffects() map[int64]map[string]any {
	return map[int64]map[string]any{
		360001000004:     {"account_owner": "Avery Owner"},
		360001000005:     {"restricted_account": true},
		360001000009:     {"solutions_architect": nil},
		360001000010:     {"account_type": "select_partner"},
		360001000012:     {"salesforce_id": "0014M00002P0012QAB"},
		360001000013:     {"mark_for_deletion": false},
		9007199254740993: {"technical_account_manager": "Morgan Manager"},
		360001000021:     {"account_type": "open_partner"},
		360001000022:     {"mark_for_deletion": true},
	}
}

// What the plan does not name is as it was: notes, details, tags, domains,
// agents' fields, the customer flow's fields, and every other organization.
func TestCuratedPartnersAreSyncedAndNothingElseIsTouched(t *testing.T) {
	t.Parallel()
	w := plannedPartners(t)
	want := byID(w.Global.Organizations())
	for id, changes := range partnerEffects() {
		for key, value := range changes {
			want[id].Fields[key] = value
		}
	}
	w.must("sync partner")
	got := byID(w.Global.Organizations())
	var created []zendesk.Organization
	for id, organization := range got {
		if _, known := want[id]; !known {
			created = append(created, organization)
			delete(got, id)
		}
	}
	ignored := cmpopts.IgnoreFields(zendesk.Organization{}, "UpdatedAt", "CreatedAt")
	numbers := cmp.Comparer(func(a, b json.Number) bool { return a == b })
	if diff := cmp.Diff(want, got, ignored, numbers); diff != "" {
		t.Errorf("the instance after sync (-want +got):\n%s", diff)
	}
	wantCreated := []zendesk.Organization{{
		Name: "Partner without Organization",
		Fields: map[string]any{
			"salesforce_id": "0014M00002P0003QAB", "sfdc_short_id": "0014M00002P0003", "account_type": "open_partner",
			"account_owner": "Avery Owner", "technical_account_manager": "Morgan Manager", "solutions_architect": "Sasha Architect",
			"restricted_account": false, "support_hold": false, "org_in_escalated_state": false, "mark_for_deletion": false,
		},
	}}
	ignoredID := cmpopts.IgnoreFields(zendesk.Organization{}, "ID")
	if diff := cmp.Diff(wantCreated, created, ignored, ignoredID, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	for id := range partnerEffects() {
		if !got[id].UpdatedAt.After(want[id].UpdatedAt) {
			t.Errorf("organization %d was not updated", id)
		}
	}
	for _, command := range partnerStages()[1:] {
		w.must(command)
	}
	if again := w.plan("partner"); again.HasChanges {
		t.Errorf("the next plan still has something to do: %v", again.Counts)
	}
}
