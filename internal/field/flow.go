// Package field is the one table of the organization fields that the suite
// manages: their keys, kinds and flows, and the normal form of their values.
// Gathering, the processor, compare, sync, overrides and check all use it, so
// a new organization field is one line in table.go.
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

// Instance is a Zendesk instance.
type Instance string

// The two instances.
const (
	GlobalInstance Instance = "global"
	USGovInstance  Instance = "usgov"
)

// Instances returns both instances, in the order in which everything about
// them is written.
func Instances() []Instance { return []Instance{GlobalInstance, USGovInstance} }

// CustomerFlow returns the flow that writes the instance's customers.
func (i Instance) CustomerFlow() Flow { return Flow(i) }

// Instance returns the Zendesk instance that the flow reads and writes.
func (f Flow) Instance() Instance {
	if f == USGov {
		return USGovInstance
	}
	return GlobalInstance
}

// Title is the instance's name for people.
func (i Instance) Title() string {
	if i == USGovInstance {
		return "Zendesk US Government"
	}
	return "Zendesk Global"
}

// ManagesLevel reports whether the flow writes support_level.
func (f Flow) ManagesLevel() bool { return f != Partner }
