package readme

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An operator searches the table for what is on the screen.
func TestMessagesOfTheFailureTableAreTheProgramsOwn(t *testing.T) {
	source := sources(t)
	messages := find(t, "docs/operations.md").matches("(?m)^\\| `([^`]+)` \\| [0-9]")
	if len(messages) < 15 {
		t.Errorf("only %d messages were found", len(messages))
	}
	for _, message := range messages {
		if strings.HasPrefix(message, "plans.yaml:12") {
			continue
		}
		for _, part := range strings.Split(message, "…") {
			if !strings.Contains(source, strings.Trim(part, " ();")) {
				t.Errorf("docs/operations.md: no message of the program holds %q", part)
			}
		}
	}
}

// sources are the texts of all packages but the stand-ins.
func sources(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "internal/*/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	return all.String()
}
