package gitlab

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Whatever GitLab repeats of a credential reaches neither messages nor the overrides.
func TestRepeatedSecretsAreRedacted(t *testing.T) {
	const secret = "hunter2-Very-Secret"
	for name, answer := range map[string]func(w http.ResponseWriter){
		"the content": func(w http.ResponseWriter) { give(w, "- reason: "+secret+"\n", "- reason: "+secret+"\n") },
		"the words of an error": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"message":"%s may not"}`, secret)
		},
	} {
		s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) { answer(w) })
		s.options.Secrets.Add(secret)
		file, err := Fetch(t.Context(), s.config, s.options)
		if text := fmt.Sprintf("%s %v", file.Content, err); strings.Contains(text, "Very") || !strings.Contains(text, "[redacted]") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
