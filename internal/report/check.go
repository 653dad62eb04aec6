package report

// Check is the result of the command check.
type Check struct {
	Header
	// Problems is the number of findings that are problems.
	Problems int       `json:"problems"`
	Findings []Finding `json:"findings"`
}

func (*Check) model() {}

// Finding is one thing that was checked.
type Finding struct {
	// State is ok, warning, problem or not asked.
	State State  `json:"state"`
	Text  string `json:"text"`
	// Details are the items that the text counts, one line each.
	Details []string `json:"details,omitempty"`
}

// State is the result of one check.
type State string

// The states of findings.
const (
	OK      State = "ok"
	Warning State = "warning"
	Problem State = "problem"
	// NotAsked is a check that was not possible, for the reason in the text.
	NotAsked State = "not asked"
)

// NewCheck returns a check without findings.
func NewCheck() *Check { return &Check{Header: headerOf("check")} }

// Add adds a finding.
func (c *Check) Add(state State, text string, details ...string) {
	c.Findings = append(c.Findings, Finding{state, text, details})
	if state == Problem {
		c.Problems++
	}
}
