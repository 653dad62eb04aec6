package report

// Check is what the command of that name found.
type Check struct {
	Header
	// Problems is how many findings are.
	Problems int       `json:"problems"`
	Findings []Finding `json:"findings"`
}

func (*Check) model() {}

// Finding is one thing that was checked.
type Finding struct {
	// State is ok, warning, problem or not asked.
	State State  `json:"state"`
	Text  string `json:"text"`
	// Details are what the text counts, each on a line of its own.
	Details []string `json:"details,omitempty"`
}

// State is how a check came out.
type State string

// The states of findings.
const (
	OK      State = "ok"
	Warning State = "warning"
	Problem State = "problem"
	// NotAsked is what could not be asked, for the reason that the text gives.
	NotAsked State = "not asked"
)

// NewCheck returns a check that has found nothing yet.
func NewCheck() *Check { return &Check{Header: headerOf("check")} }

// Add notes a finding.
func (c *Check) Add(state State, text string, details ...string) {
	c.Findings = append(c.Findings, Finding{state, text, details})
	if state == Problem {
		c.Problems++
	}
}
