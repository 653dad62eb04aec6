package account

import (
	"strings"
	"testing"
)

// examples are ids with known checksums (docs/rules.md, Salesforce ids).
var examples = map[string]string{
	"001M000000qfPyS": "IAU", "001B0000002Gcp0": "IAC", "001T0000007AkXZ": "IA0", "0014M00001sDiGE": "QA0",
}

func TestIDGetsTheChecksumOfTheSpecification(t *testing.T) {
	for short, checksum := range examples {
		for _, text := range []string{short, short + checksum, " \t" + short + "\n", "\u00a0" + short + checksum + "\u2003"} {
			id, err := ParseID(text)
			if err != nil || id != ID(short+checksum) {
				t.Errorf("ParseID(%q) = %q, %v; want %s", text, id, err, short+checksum)
			}
		}
		id, err := ParseFullID(short + checksum)
		if err != nil || id.Short() != short {
			t.Errorf("ParseFullID(%q) = %q, %v, whose first 15 are %q", short+checksum, id, err, id.Short())
		}
	}
}

func TestIDRefusesWhatIsNoAccount(t *testing.T) {
	tests := []struct{ rule, text, want string }{
		{"an empty one", "", `salesforce id "" has 0 characters, not 15 or 18`},
		{"16 characters", "001M000000qfPySI", "has 16 characters, not 15 or 18"},
		{"another object's prefix", "003T000000FzsAB", "does not begin with 001, so it is not an account"},
		{"another object's prefix, in 18", "003T000000FzsABIAZ", "does not begin with 001"},
		{"a character out of the alphabet", "001M00000-qfPyS", `holds '-': only letters and digits are allowed`},
		{"white space inside", "001M000 00qfPyS", "holds ' '"},
		{"letters beyond ASCII", "001M0000000qfé", "only letters and digits are allowed"},
		{"a wrong checksum", "001M000000qfPySIAV", `has a wrong checksum: "IAU" belongs to its first 15 characters`},
		{"a checksum in lower case", "001M000000qfPySiau", "has a wrong checksum"},
		{"the case of a letter changed", "001M000000qfPysIAU", "has a wrong checksum"},
		{"case folded by a spreadsheet", "001M000000QFPYSIAU", "has a wrong checksum"},
	}
	for _, test := range tests {
		id, err := ParseID(test.text)
		if err == nil || id != "" || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: ParseID(%q) = %q, %v; want an error with %q", test.rule, test.text, id, err, test.want)
		}
	}
}

func TestFullIDIsNeitherShortNorTrimmed(t *testing.T) {
	for _, text := range []string{"001M000000qfPyS", " 001M000000qfPySIAU", "001M000000qfPySIAU ", "", "001M000000qfPyS\n  "} {
		if id, err := ParseFullID(text); err == nil {
			t.Errorf("ParseFullID(%q) = %q", text, id)
		}
	}
}

func TestShortOfNoIDIsItself(t *testing.T) {
	for _, id := range []ID{"", "001"} {
		if id.Short() != string(id) {
			t.Errorf("%q.Short() = %q", id, id.Short())
		}
	}
}

func FuzzParseID(f *testing.F) {
	for short, checksum := range examples {
		f.Add(short)
		f.Add(short + checksum)
		f.Add(strings.ToUpper(short + checksum))
	}
	f.Add("001M000000qfP\u00e9")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ParseID(text)
		if err != nil {
			if id != "" {
				t.Errorf("ParseID(%q) = %q and an error", text, id)
			}
			return
		}
		if !strings.HasPrefix(string(id), strings.TrimSpace(text)) {
			t.Errorf("ParseID(%q) = %q, which does not begin with it", text, id)
		}
		if again, err := ParseFullID(string(id)); err != nil || again != id {
			t.Errorf("ParseFullID(%q) = %q, %v", id, again, err)
		}
		if short, err := ParseID(id.Short()); err != nil || short != id {
			t.Errorf("ParseID(%q) = %q, %v, not %q", id.Short(), short, err, id)
		}
	})
}
