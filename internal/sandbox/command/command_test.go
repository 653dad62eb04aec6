package command_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/command"
)

func TestServeReplacesTheVariablesOfASandboxThatIsGone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.env")
	if err := os.WriteFile(file, []byte("export SALESFORCE_URL=http://127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, problems bytes.Buffer
	if code := command.Run(ctx, []string{"serve", "--environment-file", file}, &out, &problems); code != 0 {
		t.Fatalf("exit code %d: %s", code, problems.String())
	}
	content, err := os.ReadFile(file)
	if err != nil || string(content) != out.String() || !strings.Contains(string(content), "export SALESFORCE_URL=http://127.0.0.1:") ||
		strings.Contains(string(content), ":1\n") {
		t.Errorf("%v, the file holds\n%s", err, content)
	}
	// What cannot be served leaves no file to be waited for.
	if code := command.Run(ctx, []string{"serve", "--environment-file", file, "--pipelines", filepath.Dir(file), "--protected-ids-file", "/nonexistent/x"}, &out, &problems); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the old file is still there")
	}
}

func TestNumbersThatMeanNothingAreRefused(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	for _, arguments := range []string{"serve --accounts -5", "serve --job-duration -1s", "demo --partners -1", "serve --rate-limit -1", "serve extra"} {
		var out, problems bytes.Buffer
		if code := command.Run(ctx, strings.Fields(arguments), &out, &problems); code != 1 || !strings.HasPrefix(problems.String(), "error: ") {
			t.Errorf("%s: exit code %d, %s", arguments, code, problems.String())
		}
	}
}
