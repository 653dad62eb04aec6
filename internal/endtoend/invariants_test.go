package endtoend

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// watch runs hours of a world and holds what must be true of each of them
// against the stand-ins' own state, by rules stated again from docs/rules.md.
type watch struct {
	*world
	// partners and customers are who Salesforce has, by 18-character id.
	partners, customers map[string]bool
}

// serve makes Salesforce what the world says, from now on.
func (w *watch) serve(world data.World) {
	w.Salesforce.SetWorld(&world)
	w.partners, w.customers = map[string]bool{}, map[string]bool{}
	for _, a := range world.Accounts {
		authorized := a.Type == "Partner" && a.PartnerStatus == "Authorized" && (a.PartnerTrack == "Open" || a.PartnerTrack == "Select")
		w.partners[a.ID] = a.ID == data.AllianceID || authorized
		w.customers[a.ID] = a.Type == "Customer" || a.Type == "Former Customer"
	}
}

// hour is one run of all flows, watched.
func (w *watch) hour() {
	w.t.Helper()
	for _, flow := range w.gathered() {
		w.planned(flow)
		instance := w.instance(flow)
		before, written := byID(instance.Organizations()), len(instance.Audit())
		w.must("sync "+flow, 0, 3, 5)
		w.clock.Advance(time.Minute)
		w.checkWrites(flow, before, instance.Audit()[written:])
		w.checkDoubles(flow, before)
		w.checkObjects(flow)
	}
	w.clock.Advance(50 * time.Minute)
}

// gathered runs the stages up to the processor, and returns the flows in the
// order in which they go on.
func (w *watch) gathered() []string {
	w.t.Helper()
	for _, command := range customerStages() {
		w.must(command)
	}
	return []string{"global", "usgov", "partner"}
}

// planned makes the flow's plan.
func (w *watch) planned(flow string) {
	w.t.Helper()
	if flow == "partner" {
		w.must("zendesk-gather partner")
	}
	w.must("compare "+flow, 0, 3)
}

// atRest plans once more, and tells what is still to do but for what failed in
// the hour before.
func (w *watch) atRest() {
	w.t.Helper()
	flows := []string{"global", "usgov", "partner"}
	failed := map[string]map[string]bool{}
	for _, flow := range flows {
		failed[flow] = map[string]bool{}
		for _, row := range w.failed(flow) {
			failed[flow][fmt.Sprint(row["salesforce_id"])] = true
		}
	}
	for _, flow := range w.gathered() {
		w.planned(flow)
		for _, file := range []string{"creates", "updates", "not_in_sync"} {
			for id, row := range w.records(flow + "/" + file + ".json") {
				if !failed[flow][id] {
					w.t.Errorf("%s still has %s in %s: %v", flow, id, file, row["changes"])
				}
			}
		}
	}
}

func (w *watch) instance(flow string) *zendesk.Server {
	if flow == "usgov" {
		return w.USGov
	}
	return w.Global
}

func byID(organizations []zendesk.Organization) map[int64]zendesk.Organization {
	known := map[int64]zendesk.Organization{}
	for _, o := range organizations {
		known[o.ID] = o
	}
	return known
}

// longID is the account that an organization names, empty if none.
func longID(o zendesk.Organization) string {
	text, _ := o.Fields["salesforce_id"].(string)
	text = strings.TrimSpace(text)
	if len(text) == 15 {
		text = data.LongID(text)
	}
	if len(text) != 18 || !strings.HasPrefix(text, "001") || data.LongID(text[:15]) != text || strings.Contains(text, "?") {
		return ""
	}
	return text
}

// owner is the flow that an organization belongs to (docs/rules.md, Ownership).
func (w *watch) owner(flow string, o zendesk.Organization) string {
	switch id := longID(o); {
	case flow == "usgov":
		return "usgov"
	case w.partners[id]:
		return "partner"
	case w.customers[id]:
		return "global"
	}
	if accountType, _ := o.Fields["account_type"].(string); strings.HasSuffix(accountType, "_partner") {
		return "partner"
	}
	return "global"
}

// checkWrites checks every write of a sync against ownership, the fields that
// the flow manages, and the rules of marks.
func (w *watch) checkWrites(flow string, before map[int64]zendesk.Organization, writes []zendesk.Write) {
	w.t.Helper()
	schema := field.SchemaOf(field.Flow(flow))
	after := byID(w.instance(flow).Organizations())
	objects := map[string]map[string]any{}
	if flow != "partner" { // which manages no level
		objects = w.records(flow + "/accounts.json")
	}
	for _, write := range writes {
		of := before[write.OrganizationID]
		if write.Action == zendesk.Create {
			of = after[write.OrganizationID]
		}
		if owner := w.owner(flow, of); owner != flow {
			w.t.Errorf("%s wrote to organization %d of %s, which %s owns: %v", flow, of.ID, longID(of), owner, write.Changes)
		}
		for key := range write.Changes {
			if _, managed := schema.Index(key); !managed {
				w.t.Errorf("%s changed %s of organization %d, which nobody manages", flow, key, of.ID)
			}
		}
		if write.Changes["mark_for_deletion"].To == true {
			w.checkMark(flow, of)
		}
		if write.Action == zendesk.Update {
			if now := longID(after[of.ID]); now != longID(of) {
				w.t.Errorf("%s gave organization %d of %s to %s", flow, of.ID, longID(of), now)
			}
			w.checkHeld(flow, of, objects[longID(of)], write.Changes)
		}
		if len(write.Changes) == 0 {
			w.t.Errorf("%s sent organization %d nothing new", flow, of.ID)
		}
	}
}

// checkHeld finds what was taken from an account of which is not known what it
// bought, or that is still on its way to the other instance.
func (w *watch) checkHeld(flow string, o zendesk.Organization, object map[string]any, changes map[string]zendesk.Change) {
	w.t.Helper()
	if holds, _ := object["holds"].([]any); len(holds) == 0 {
		return
	}
	levels := []any{"ultimate", "gold", "premium", "silver", "consumption_only", "custom", "community", "expired", nil}
	for key, change := range changes {
		lost := change.From == true && (key == "emergency_support_24x7" || strings.HasPrefix(key, "sub_"))
		if lost || key == "support_level" && slices.Index(levels, change.To) > slices.Index(levels, change.From) {
			w.t.Errorf("%s took %s %v from organization %d, which had to be held", flow, key, change.From, o.ID)
		}
	}
}

// checkMark checks a mark against the organization as it was before.
func (w *watch) checkMark(flow string, o zendesk.Organization) {
	w.t.Helper()
	id := longID(o)
	if o.Fields["ignore_deletion"] == true || id == "" {
		w.t.Errorf("%s marked organization %d, which may not be marked", flow, o.ID)
	}
	if flow == "partner" {
		if w.customers[id] || w.partners[id] {
			w.t.Errorf("partner marked organization %d, whose account %s is in Salesforce", o.ID, id)
		}
		return
	}
	ended, _ := o.Fields["expiration_date"].(string)
	leftOut := w.records(flow + "/left_out.json")[id]["reason"]
	if tooOld := ended != "" && ended[:10] < w.threeYearsOut(); o.Fields["support_level"] != "expired" || !tooOld && leftOut != "expired_three_years" {
		w.t.Errorf("%s marked organization %d: %v until %q, left out as %v", flow, o.ID, o.Fields["support_level"], ended, leftOut)
	}
}

func (w *watch) threeYearsOut() string {
	return w.clock.Now().UTC().AddDate(-3, 0, -1).Format(time.DateOnly)
}

// checkDoubles finds accounts that have got another organization beside one.
func (w *watch) checkDoubles(flow string, before map[int64]zendesk.Organization) {
	w.t.Helper()
	count := func(organizations map[int64]zendesk.Organization) map[string]int {
		counts := map[string]int{}
		for _, o := range organizations {
			counts[longID(o)]++
		}
		delete(counts, "")
		return counts
	}
	had := count(before)
	for id, now := range count(byID(w.instance(flow).Organizations())) {
		if now > 1 && now > had[id] {
			w.t.Errorf("%s: account %s has %d organizations, and had %d", flow, id, now, had[id])
		}
	}
}

// records reads a record file, by salesforce_id.
func (w *watch) records(name string) map[string]map[string]any {
	w.t.Helper()
	var list []map[string]any
	w.readJSON(name, &list)
	records := map[string]map[string]any{}
	for _, record := range list {
		id, _ := record["salesforce_id"].(string)
		if _, twice := records[id]; twice {
			w.t.Errorf("%s has %s twice", name, id)
		}
		records[id] = record
	}
	return records
}

// checkObjects finds accounts whose organization is not what it should be,
// except for what the plan lists and sync could not write.
func (w *watch) checkObjects(flow string) {
	w.t.Helper()
	wanted := w.records(map[bool]string{true: "partner/salesforce_accounts.json", false: flow + "/accounts.json"}[flow == "partner"])
	excused, schema := w.excused(flow), field.SchemaOf(field.Flow(flow))
	unmarked := map[string][]zendesk.Organization{}
	for _, o := range w.instance(flow).Organizations() {
		if id := longID(o); id != "" && o.Fields["mark_for_deletion"] != true {
			unmarked[id] = append(unmarked[id], o)
		}
	}
	for _, row := range w.plan(flow).Conflicts {
		if id := fmt.Sprint(row["salesforce_id"]); row["reason"] == "duplicate_id" && len(unmarked[id]) == 1 {
			w.t.Errorf("%s: account %s is listed as a conflict, and has one unmarked organization", flow, id)
		}
	}
	for id, object := range wanted {
		listed := excused[id]
		if listed["*"] {
			continue
		}
		if len(unmarked[id]) != 1 {
			if len(unmarked[id]) > 1 || object["support_level"] != "expired" {
				w.t.Errorf("%s: account %s has %d unmarked organizations, and nothing is listed", flow, id, len(unmarked[id]))
			}
			continue
		}
		for key, value := range object {
			if _, managed := schema.Index(key); managed && !listed[key] {
				if got := heldText(unmarked[id][0], key); got != textOf(key, value) {
					w.t.Errorf("%s: organization %d of %s has %s %q, want %q", flow, unmarked[id][0].ID, id, key, got, textOf(key, value))
				}
			}
		}
	}
}

// excused are the fields of each account, * for all, that the plan lists as
// held or conflicting, or that failed.
func (w *watch) excused(flow string) map[string]map[string]bool {
	w.t.Helper()
	excused := map[string]map[string]bool{}
	excuse := func(row map[string]any, keys ...string) {
		id, _ := row["salesforce_id"].(string)
		if excused[id] == nil {
			excused[id] = map[string]bool{}
		}
		for _, key := range keys {
			excused[id][key] = true
		}
	}
	made := w.plan(flow)
	for _, row := range made.Held {
		changes, _ := row["changes"].([]any)
		for _, change := range changes {
			excuse(row, fmt.Sprint(change.(map[string]any)["field"]))
		}
		if row["action"] == "create" {
			excuse(row, "*")
		}
	}
	for _, row := range made.Conflicts {
		if row["reason"] == "name_taken" && row["id"] != nil {
			excuse(row, "name")
		} else {
			excuse(row, "*")
		}
	}
	for _, row := range w.failed(flow) {
		excuse(row, "*")
	}
	return excused
}

// failed are the rows of the last sync that were not carried out.
func (w *watch) failed(flow string) []map[string]any {
	w.t.Helper()
	if !w.plan(flow).HasChanges {
		return nil
	}
	var results []map[string]any
	w.readJSON(flow+"/sync_results.json", &results)
	return slices.DeleteFunc(results, func(row map[string]any) bool { return row["outcome"] == "applied" })
}

// heldText is the plain text of what an organization holds.
func heldText(o zendesk.Organization, key string) string {
	if key == "name" {
		return textOf(key, o.Name)
	}
	return textOf(key, o.Fields[key])
}

// textOf makes values comparable: what is not set is the empty text, numbers
// are as short as they can be, dates are days.
func textOf(key string, value any) string {
	switch known := value.(type) {
	case nil:
		return ""
	case bool:
		return map[bool]string{true: "true", false: ""}[known]
	case float64:
		return strconv.FormatFloat(known, 'f', -1, 64)
	case json.Number:
		number, _ := known.Float64()
		return strconv.FormatFloat(number, 'f', -1, 64)
	case string:
		if key == "expiration_date" && len(known) > 10 {
			known = known[:10]
		}
		return strings.TrimSpace(known)
	}
	return fmt.Sprint(value)
}
