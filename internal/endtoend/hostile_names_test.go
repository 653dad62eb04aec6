package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// hostileNames drive terminals, turn text around, or mean something in
// Markdown and HTML.
func hostileNames() []string {
	return []string{
		"Red \x1b[31m\x1b]0;title\x07Ltd", "Eight \u009b31m Bit", "NUL \x00 Ltd", "Two\nLines\r\nof Three", "Back\b\b\bspace",
		"Right \u202eto left", "Zero\u200bWidth \ufeff", "<script>alert(1)</script><img src=x onerror=alert(1)>", "a | b | c || d",
		"[link](javascript:alert(1)) ![i](http://127.0.0.1:1/x)", "`code` **bold** _it_ # head", "</td></tr></table>", "@everyone #1 !1 ~label",
		"\xff\xfe no UTF-8", "--option $(id) `id` ; rm", "~~~\n- list", "&lt;b&gt; &#60;", "😀 Ünïcode Ltd",
	}
}

// shown are the characters of a text for people that a terminal may act on,
// or that turn its reading direction.
func shown(text string) string {
	var odd []string
	for _, char := range text {
		if char != '\n' && char != '\t' && (unicode.IsControl(char) || unicode.Is(unicode.Cf, char)) {
			odd = append(odd, fmt.Sprintf("%U", char))
		}
	}
	return strings.Join(odd, " ")
}

// hostileNamesWorld has such names on both sides, to be created, renamed,
// marked, in conflict and unmanaged.
func hostileNamesWorld() data.World {
	b := &builder{today: noon()}
	b.partners()
	b.customers()
	b.agencies()
	for number, name := range hostileNames() {
		code := func(letter string) string { return fmt.Sprintf("%s%04d", letter, number) }
		b.customer(code("H"), name+" new", 300, ultimate)
		renamed := b.customer(code("I"), name+" renamed", 300, "Product \x1b[31m"+name)
		renamed.Owner = name
		b.organization(&b.world.Global, renamed.ID, name+" before", map[string]any{"account_type": "customer", "support_level": "ultimate", "sub_sm_ultimate": true})
		b.organization(&b.world.Global, accountID(code("J")), name+" gone", map[string]any{
			"account_type": "former_customer", "support_level": "expired", "expiration_date": "2020-01-31"})
		b.organization(&b.world.Global, "odd \x1b[31m"+name+strings.Repeat(" ", 20), name+" unmanaged", map[string]any{"account_type": "customer", "support_level": name})
		b.organization(&b.world.Global, accountID(code("K")), name+" twice", map[string]any{"account_type": "customer"})
		b.organization(&b.world.Global, accountID(code("K")), name+" twice too", map[string]any{"account_type": "customer"})
	}
	return b.world
}

// A name may be anything. It moves no terminal, it is no Markdown and no HTML
// of the summary, and its organization is synced like any other.
func TestHostileNamesAreHarmless(t *testing.T) {
	t.Parallel()
	options := smallWorld()
	options.World = hostileNamesWorld()
	w := startWorld(t, options)
	w.liftLimits()
	summary := filepath.Join(t.TempDir(), "summary.md")
	w.Global.FailOrganization(360_001_000_009, "Odd \x1b[31m", "words \x1b]0;x\x07\u202e\nof | Zendesk <script>")
	commands := append(customerStages(), "zendesk-gather partner", "compare global --summary-file "+summary, "sync global --dry-run", "sync global",
		"compare partner", "explain "+accountID("H0000"), "explain "+accountID("I0000"), "explain "+accountID("J0001"))
	for _, format := range []string{"text", "json"} {
		for _, command := range commands {
			got := w.run(append(strings.Fields(command), "--log-level", "debug", "--log-format", format)...)
			rowsMayBeLeft := got.code == 5 && strings.HasPrefix(command, "sync global")
			if got.code != 0 && !rowsMayBeLeft {
				t.Fatalf("%s: exit code %d\n%.2000s", command, got.code, got.stderr)
			}
			if odd := shown(got.stdout); odd != "" {
				t.Errorf("%s prints %s", command, odd)
			}
			if odd := shown(got.stderr); odd != "" {
				t.Errorf("%s logs %s as %s", command, odd, format)
			}
			if strings.Contains(command, summary) {
				checkMarkdown(t, summary)
			}
		}
	}
}

// checkMarkdown reads a summary as a renderer would, roughly: no tag, no
// link, tables of the same width all through, one row a line.
func checkMarkdown(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if odd := shown(string(content)); odd != "" {
		t.Errorf("the summary holds %s", odd)
	}
	if !strings.Contains(string(content), "alert") {
		t.Error("the summary names nobody")
	}
	columns := 0
	for line := range strings.Lines(string(content)) {
		// The page breaks lines of a cell with <br>; those of names are escaped.
		plain := strings.NewReplacer("<br>", " ", `\\`, "", `\|`, "", `\<`, "", `\[`, "", `\]`, "", "\\`", "", `\!`, "").Replace(line)
		if strings.Contains(plain, "<") && !strings.HasPrefix(plain, "<details>") && !strings.HasPrefix(plain, "<summary>") && !strings.HasPrefix(plain, "</details>") ||
			strings.Contains(plain, "](") {
			t.Errorf("the summary has markup of a name: %s", line)
		}
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		if now := strings.Count(plain, "|"); columns != 0 && now != columns {
			t.Errorf("a table of %d columns has a row of %d: %s", columns-1, now-1, line)
		} else {
			columns = now
		}
	}
}
