package plan_test

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

func (r *rows) say(format string, words ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, words...))
}

func (w comparedWorld) plan() []string {
	r := &rows{
		w: w, names: map[account.ID]int64{}, creates: map[account.ID]bool{}, updates: map[account.ID]map[string][2]string{},
		reasons: map[account.ID]string{}, lostOrgs: map[int64]bool{}, refused: map[account.ID]bool{},
	}
	for _, pair := range w.lost() {
		wanted, org := pair[0], pair[1]
		r.say("conflict identity_lost %s with %d %s", wanted.id, org.number, org.fields["salesforce_id"])
		r.refused[wanted.id], r.lostOrgs[org.number] = true, true
		if id, valid := idOf(*org); valid && org.fields["mark_for_deletion"] == "true" && w.owns(id, org.fields["account_type"]) {
			if stands := meant(w.organizations(id)); stands != nil && stands.number == org.number {
				r.updates[id] = map[string][2]string{"mark_for_deletion": {"true", ""}}
				r.names[id] = org.number
			}
		}
	}
	for _, id := range w.ids() {
		r.decide(id)
	}
	for _, org := range w.present {
		if _, valid := idOf(org); !valid && org.fields["salesforce_id"] != "" {
			r.say("unmanaged %d", org.number)
		}
	}
	r.settleNames()
	for id := range r.creates {
		r.say("create %s", id)
	}
	for id, changes := range r.updates {
		if len(changes) > 0 {
			r.say("update %d %s%s", r.names[id], r.reasons[id], written(told(changes)))
		}
	}
	sort.Strings(r.lines)
	return r.lines
}

func told(changes map[string][2]string) []string {
	var all []string
	for key, change := range changes {
		all = append(all, key+" "+change[0]+"→"+change[1])
	}
	sort.Strings(all)
	return all
}

func (r *rows) decide(id account.ID) {
	wanted, all := r.w.account(id), r.w.organizations(id)
	org := meant(all)
	switch {
	case len(all) == 0:
		if r.w.owns(id, wanted.fields["account_type"]) && !r.refused[id] {
			r.create(wanted)
		}
	case org == nil:
		if slices.ContainsFunc(all, func(each side) bool { return r.w.owns(id, each.fields["account_type"]) }) {
			r.say("conflict duplicate_id %s", id)
		}
	case !r.w.owns(id, org.fields["account_type"]):
	case wanted != nil:
		r.update(wanted, org)
	default:
		r.unwanted(id, org)
	}
}

func (r *rows) create(wanted *side) {
	expired := wanted.fields["support_level"] == "expired"
	unclear := slices.ContainsFunc(wanted.holds, func(reason string) bool { return reason != "awaits_other_instance" })
	switch {
	case unclear && (expired || wanted.inOther):
		r.say("held create %s", wanted.id)
	case !expired:
		r.creates[wanted.id] = true
	}
}

func (r *rows) update(wanted, org *side) {
	changes, held := map[string][2]string{}, map[string][2]string{}
	lower := level(wanted.fields["support_level"]) < level(org.fields["support_level"]) && wanted.fields["support_level"] != org.fields["support_level"]
	for key, to := range wanted.fields {
		from := org.fields[key]
		if from == to {
			continue
		}
		takes := key == "support_level" && lower || (strings.HasPrefix(key, "sub_") || key == "emergency_support_24x7") && to != "true"
		follows := lower && slices.Contains(strings.Fields("account_type expiration_date aar arr seats_decimal number_of_seats"), key)
		if len(wanted.holds) > 0 && (takes || follows) {
			held[key] = [2]string{from, to}
		} else {
			changes[key] = [2]string{from, to}
		}
	}
	if org.fields["mark_for_deletion"] == "true" {
		changes["mark_for_deletion"] = [2]string{"true", ""}
	}
	if len(held) > 0 {
		r.say("held update %d %s", org.number, written(told(held)))
	}
	r.updates[wanted.id], r.names[wanted.id] = changes, org.number
}

// unwanted is an organization whose account is not wanted.
func (r *rows) unwanted(id account.ID, org *side) {
	w, left := r.w, r.w.leftOut[id]
	if org.fields["mark_for_deletion"] == "true" || org.ignored || w.protected[id] || r.lostOrgs[org.number] ||
		w.flow == "global" && partnerType(org.fields["account_type"]) {
		return
	}
	date := org.fields["expiration_date"]
	_, notADay := time.Parse(time.DateOnly, date)
	old := notADay == nil && date < w.threeYearsOut()
	orphan := left.reason
	if orphan == "" {
		orphan = "not_in_salesforce"
	}
	switch {
	case w.flow == "partner" && w.customers == nil:
		orphan = "customer_artifact_missing"
	case w.flow == "partner" && w.overlap:
		orphan = "salesforce_reads_overlap"
	case w.flow == "partner":
		r.say("mark %d not_a_partner", org.number)
		return
	case w.flow == "global" && w.partners == nil:
		orphan = "partner_artifact_missing"
	case left.current && left.reason == "expired_three_years":
		orphan = "expired_with_current_charge"
	case left.current:
	case org.fields["support_level"] == "expired" && (old || left.reason == "expired_three_years"):
		r.say("mark %d expired_three_years", org.number)
		return
	case left.reason == "expired_three_years" && old:
		r.end(id, org, "expired_three_years ")
		return
	case w.policy == "mark":
		r.say("mark %d not_in_salesforce", org.number)
		return
	case w.policy == "expire" && (date == "" || notADay == nil && date < w.daysAgo(15)):
		if r.end(id, org, "not_in_salesforce ") {
			return
		}
	}
	r.say("orphan %d %s", org.number, orphan)
}

// end plans what an account gets that has nothing, and reports whether that is
// any change.
func (r *rows) end(id account.ID, org *side, reason string) bool {
	changes := map[string][2]string{}
	for key, from := range org.fields {
		to := from
		switch {
		case key == "support_level":
			to = "expired"
		case key == "account_type":
			to = "former_customer"
		case slices.Contains(strings.Fields("aar arr seats_decimal number_of_seats"), key):
			to = "0"
		case strings.HasPrefix(key, "sub_"), key == "emergency_support_24x7":
			to = ""
		}
		if to != from {
			changes[key] = [2]string{from, to}
		}
	}
	r.updates[id], r.names[id], r.reasons[id] = changes, org.number, reason
	return len(changes) > 0
}

// settleNames takes out the names that are taken, and says so.
func (r *rows) settleNames() {
	wants := map[account.ID]string{}
	for id := range r.creates {
		wants[id] = r.w.account(id).fields["name"]
	}
	for id, changes := range r.updates {
		if change, ok := changes["name"]; ok {
			wants[id] = change[1]
		}
	}
	drop := func(id account.ID, reason string) {
		r.say("conflict %s %s", reason, id)
		delete(r.creates, id)
		delete(r.updates[id], "name")
	}
	// A name that somebody holds is refused; those that are left may not share one.
	left := map[account.ID]string{}
	for id, name := range wants {
		taken := slices.ContainsFunc(r.w.present, func(org side) bool {
			return sameName(org.fields["name"]) == sameName(name) && (r.creates[id] || org.number != r.names[id])
		})
		switch {
		case sameName(name) == "":
			drop(id, "name_empty")
		case taken:
			drop(id, "name_taken")
		default:
			left[id] = sameName(name)
		}
	}
	for id, name := range left {
		for other, otherName := range left {
			if other != id && name == otherName {
				drop(id, "name_taken")
				break
			}
		}
	}
}
