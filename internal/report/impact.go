package report

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
)

// LeftOut takes the place of the level of an account without an object.
const LeftOut = "left out"

// Impact is the effect that a change of the rules' files has on the accounts.
type Impact struct {
	Header
	// Date is the day that both decisions are for.
	Date     account.Date `json:"date"`
	Accounts int          `json:"accounts"`
	// Creates, Updates and Deletes count the objects that are new, that differ in a
	// managed field, and that are gone, in both instances.
	Creates int `json:"creates"`
	Updates int `json:"updates"`
	Deletes int `json:"deletes"`
	// UnmappedBefore and UnmappedAfter count the accounts with charges whose name
	// is neither mapped nor ignored.
	UnmappedBefore int `json:"unmapped_before"`
	UnmappedAfter  int `json:"unmapped_after"`
	// Moves are the accounts that change level, sorted by flow, levels and id.
	Moves []LevelMove `json:"moves"`
}

// NewImpact returns an impact without any account.
func NewImpact(date account.Date) *Impact { return &Impact{Header: headerOf("impact"), Date: date} }

func (*Impact) model() {}

// LevelMove is an account whose level changes in an instance.
type LevelMove struct {
	Flow      field.Flow `json:"flow"`
	AccountID account.ID `json:"salesforce_id"`
	Name      string     `json:"name"`
	From      string     `json:"from"`
	To        string     `json:"to"`
}

// Add adds what the rules decide for an account before and after the change.
func (i *Impact) Add(customer *account.Account, before, after entitlement.Decision) {
	i.Accounts++
	if unmapped(before) {
		i.UnmappedBefore++
	}
	if unmapped(after) {
		i.UnmappedAfter++
	}
	for at, outcome := range before.Outcomes {
		i.add(customer, outcome, after.Outcomes[at])
	}
}

func (i *Impact) add(customer *account.Account, before, after entitlement.Outcome) {
	switch {
	case before.Entitlement == nil && after.Entitlement == nil:
		return
	case before.Entitlement == nil:
		i.Creates++
	case after.Entitlement == nil:
		i.Deletes++
	case len(before.Entitlement.Record.Diff(after.Entitlement.Record)) > 0:
		i.Updates++
	}
	if from, to := levelOf(before), levelOf(after); from != to {
		i.insert(LevelMove{before.Instance.CustomerFlow(), customer.ID, customer.Name, from, to})
	}
}

func unmapped(decision entitlement.Decision) bool {
	return slices.ContainsFunc(decision.Holds, func(each hold.Hold) bool { return each.Reason == hold.UnmappedCharge })
}

func levelOf(outcome entitlement.Outcome) string {
	if outcome.Entitlement == nil {
		return LeftOut
	}
	return string(outcome.Entitlement.Record.Get(field.SupportLevel))
}

// insert keeps the moves sorted.
func (i *Impact) insert(move LevelMove) {
	at, _ := slices.BinarySearchFunc(i.Moves, move, func(a, b LevelMove) int {
		return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.AccountID, b.AccountID))
	})
	i.Moves = slices.Insert(i.Moves, at, move)
}
