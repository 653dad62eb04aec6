package page

// sheet is a model laid out for people, independent of the format it is written in. Its
// texts are unchanged; the writers make them harmless.
type sheet struct {
	title string
	// verdict is the most important fact, in one line.
	verdict cell
	// facts describe the subject of the sheet in one line.
	facts string
	// sections without rows and lines are left out.
	sections []section
	closing  []string
	// command is what the operator may run next, empty if there is nothing to do.
	command string
}

// section is a title with lines, and a table with one cell per column in each row.
type section struct {
	title   string
	columns []column
	rows    [][]cell
	lines   []cell
	// more is a command that shows all rows of a table that was cut.
	more string
}

// column is a column of a table.
type column struct {
	title string
	// least is the width in cells down to which the column may be cut; wider terminals
	// show more. Ids are never cut.
	least int
}

// cell is one line or several, and their tone.
type cell struct {
	lines []string
	tone  tone
}

// tone is the meaning of a text to the person who decides.
type tone int

const (
	plain tone = iota
	good
	warn
	bad
	faint
)

func of(lines ...string) cell { return cell{lines: lines} }

func (c cell) in(tone tone) cell { return cell{c.lines, tone} }

// add appends a row.
func (s *section) add(cells ...cell) { s.rows = append(s.rows, cells) }

// say appends lines.
func (s *section) say(lines ...string) {
	for _, line := range lines {
		s.lines = append(s.lines, of(line))
	}
}

func (s section) empty() bool { return len(s.rows)+len(s.lines) == 0 }

func columns(titles ...string) []column {
	var all []column
	for _, title := range titles {
		column := column{title, leastText}
		switch title {
		case idTitle, accountIDTitle, withTitle, sinceTitle:
			column.least = whole
		case changesTitle, losesTitle, heldTitle:
			column.least = leastChange
		}
		all = append(all, column)
	}
	return all
}

// These are titles of columns that are cut late or never.
const (
	idTitle        = "organization"
	accountIDTitle = "salesforce_id"
	changesTitle   = "changes"
	losesTitle     = "loses"
	heldTitle      = "held"
	withTitle      = "with"
	sinceTitle     = "since"
)

const (
	leastText = 12
	// leastChange is wide enough for a field with two values.
	leastChange = 40
	whole       = 1 << 20
)
