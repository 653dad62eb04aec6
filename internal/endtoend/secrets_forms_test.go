package endtoend

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode"
)

// forms are the shapes in which services repeat a secret, made without the
// program's own encoders.
func forms(secret string) []string {
	quoted := func(text string) string {
		content, err := json.Marshal(text)
		if err != nil {
			return text
		}
		return strings.TrimSuffix(strings.TrimPrefix(string(content), `"`), `"`)
	}
	percent := func(text, format string) string {
		var out strings.Builder
		for i := range len(text) {
			if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()", text[i]) >= 0 {
				out.WriteByte(text[i])
			} else {
				fmt.Fprintf(&out, format, text[i])
			}
		}
		return out.String()
	}
	ascii := strings.ReplaceAll(secret, "é", `\u00e9`)
	return []string{
		secret, html.EscapeString(secret), strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;").Replace(secret),
		percent(secret, "%%%02X"), percent(secret, "%%%02x"), url.QueryEscape(secret), url.PathEscape(secret), ascii,
		quoted(secret), quoted(quoted(secret)), strings.ReplaceAll(secret, "/", `\/`),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte("sandbox-client:" + secret)), base64.StdEncoding.EncodeToString([]byte("an id:" + secret)),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))), strings.ToUpper(secret), strings.ToLower(secret),
		secret[:min(len(secret), 14)], secret[max(0, len(secret)-14):], strings.TrimSpace(secret),
	}
}

// run is how many letters of a secret in a row nobody may see.
const run = 12

// runsOf are all runs of the secrets' forms, without what stands in base64 for
// the id before them.
func runsOf(secrets []string) map[string]bool {
	ids := base64.StdEncoding.EncodeToString([]byte("sandbox-client:")) + base64.StdEncoding.EncodeToString([]byte("an id:"))
	runs := map[string]bool{}
	for _, secret := range secrets {
		for _, form := range forms(secret) {
			for at := range max(0, len(form)-run+1) {
				if part := form[at : at+run]; !strings.Contains(ids, part[:4]) {
					runs[part] = true
				}
			}
		}
	}
	return runs
}

// withoutNames are the runs that no name has: what a record holds is to be right
// first of all, so letters that a name can have stay in it.
func withoutNames(runs map[string]bool) map[string]bool {
	telling := maps.Clone(runs)
	maps.DeleteFunc(telling, func(part string, _ bool) bool {
		return !strings.ContainsFunc(part, func(char rune) bool { return !unicode.IsLetter(char) && char != ' ' })
	})
	return telling
}

// leakIn is the first run that the text holds, empty when there is none.
func leakIn(text string, runs map[string]bool) string {
	for at := range max(0, len(text)-run+1) {
		if runs[text[at:at+run]] {
			return text[max(0, at-60):min(len(text), at+60)]
		}
	}
	return ""
}

func TestLeaksAreSeen(t *testing.T) {
	runs := runsOf([]string{oddSecret})
	for _, form := range forms(oddSecret) {
		if leakIn("before "+form+" after", runs) == "" {
			t.Errorf("%q is not seen", form)
		}
	}
	if leak := leakIn("before cl!ent/se+c after", runs); leak != "" {
		t.Errorf("%q is taken for a secret", leak)
	}
}
