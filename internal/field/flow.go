// Package field is the single table of the organization fields that the suite manages:
// their keys, kinds and flows, and the normal form of their values. Gathering, the
// processor, compare, sync, overrides and check all use it, so a new organization field
// is one line in table.go.
package field

import "fmt"

// Flow is one path from Salesforce to Zendesk (docs/rules.md, Flows and
// stages).
type Flow string

// The three flows.
const (
	Partner Flow = "partner"
	Global  Flow = "global"
	USGov   Flow = "usgov"
)

// Flows returns all flows.
func Flows() []Flow { return []Flow{Partner, Global, USGov} }

// ParseFlow reads a flow's name.
func ParseFlow(text string) (Flow, error) {
	for _, flow := range Flows() {
		if text == string(flow) {
			return flow, nil
		}
	}
	return "", fmt.Errorf("unknown flow %q: use partner, global or usgov", text)
}

// Instance returns the Zendesk instance that the flow reads and writes.
func (f Flow) Instance() Instance {
	if f == USGov {
		return USGovInstance
	}
	return GlobalInstance
}

// ManagesLevel reports whether the flow writes support_level.
func (f Flow) ManagesLevel() bool { return f != Partner }
