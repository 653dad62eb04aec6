package strictyaml

import (
	"fmt"
	"strings"
	"testing"
)

func TestAHundredProblemsAreToldAndTheOthersCounted(t *testing.T) {
	var problems Problems
	if problems.Any() || problems.Err() != nil {
		t.Error(problems.Err())
	}
	for i := range 150 {
		problems.Add(nil)
		problems.Add(fmt.Errorf("problem %d", i))
	}
	lines := strings.Split(problems.Err().Error(), "\n")
	if len(lines) != 101 || lines[0] != "problem 0" || lines[99] != "problem 99" || lines[100] != "50 more problems" || !problems.Any() {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}

func TestMoreValuesThanAnybodyKeepsAreRefused(t *testing.T) {
	for _, content := range []string{strings.Repeat("- a\n", mostValues+1), "[" + strings.Repeat("a,", mostValues+1) + "]"} {
		if _, err := Document("f.yaml", []byte(content)); err == nil || !strings.HasPrefix(err.Error(), "f.yaml: more than 1000000 lines and values") {
			t.Error(err)
		}
	}
}
