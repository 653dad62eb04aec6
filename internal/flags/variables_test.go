package flags

import "testing"

func TestDistanceCountsChangesOfLetters(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"abc", "abc", 0}, {"abc", "axc", 1}, {"DRYRUN", "DRY_RUN", 1}, {"kitten", "sitting", 3}} {
		if got := distance(test.from, test.to); got != test.want {
			t.Errorf("%s to %s: %d", test.from, test.to, got)
		}
	}
}
