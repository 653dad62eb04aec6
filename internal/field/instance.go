package field

// Instance is a Zendesk instance.
type Instance string

// The two instances.
const (
	GlobalInstance Instance = "global"
	USGovInstance  Instance = "usgov"
)

// Instances returns both instances, in the order in which they are written everywhere.
func Instances() []Instance { return []Instance{GlobalInstance, USGovInstance} }

// CustomerFlow returns the flow that writes the instance's customers.
func (i Instance) CustomerFlow() Flow { return Flow(i) }

// Title returns the instance's name for people.
func (i Instance) Title() string {
	if i == USGovInstance {
		return "Zendesk US Government"
	}
	return "Zendesk Global"
}
