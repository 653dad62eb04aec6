package page_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	cells "github.com/jedib0t/go-pretty/v6/text"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// FuzzNames writes a plan whose names, reasons and values are any text: no form
// may have a control character of it, a line that is too wide, a cell more, or
// markup.
func FuzzNames(f *testing.F) {
	for _, name := range []string{
		"Elm", "株式会社ミュラー", "\x1b[31m\x1b]0;t\a", "a\r\nb\tc", "\u202e\u200b\u0301\ufeff", "| <br> ` [x](y) \\", "\xff\xfe", "👩\u200d💻🇩🇪", "</script><script>alert(1)</script>",
		strings.Repeat("long ", 100), "\u0085\u2028", "&lt;img src=x onerror=alert(1)&gt;", "<!--", "${x}{{.}}",
	} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		// An empty text has no place of its own on the page.
		name += "."
		made := overLimit()
		made.Updates[0].Name, made.Updates[0].Changes[0].From = name, "x"
		made.Orphans[0].Name, made.Unmanaged[0].Reason, made.Warnings[0].Message = name, name, name
		made.Conflicts[0].Name, made.Held[0].Name = name, name
		model := reportOf(made)
		for _, width := range []int{60, 120} {
			text := written(t, model, page.Screen{Width: width})
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if width < cells.StringWidth(line) && !strings.Contains(line, "zd-sfdc-sync ") {
					t.Errorf("%d cells on a terminal of %d: %q", cells.StringWidth(line), width, line)
				}
			}
			harmless(t, "text", text)
		}
		markdown := markdownOf(t, model)
		harmless(t, "Markdown", markdown)
		if rows, want := strings.Count(markdown, "\n|"), strings.Count(markdownOf(t, reportOf(overLimit())), "\n|"); rows != want {
			t.Errorf("%d lines of tables, want %d:\n%s", rows, want, markdown)
		}
		var html, plain bytes.Buffer
		if err := page.HTML(&html, model); err != nil {
			t.Fatal(err)
		}
		if err := page.HTML(&plain, reportOf(overLimit())); err != nil {
			t.Fatal(err)
		}
		harmless(t, "HTML", html.String())
		if got, want := strings.Count(html.String(), "<"), strings.Count(plain.String(), "<"); got != want {
			t.Errorf("%d tags, want %d", got, want)
		}
		if err := page.JSON(&plain, model); err != nil {
			t.Error(err)
		}
	})
}

// harmless fails for what moves a terminal's cursor or turns a reading direction.
func harmless(t *testing.T, form, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is not valid UTF-8", form)
	}
	for _, letter := range text {
		if letter != '\n' && !unicode.IsGraphic(letter) {
			t.Errorf("%s has %U", form, letter)
			return
		}
	}
}

func TestAWriteOfEveryFormThatFailsIsAnError(t *testing.T) {
	if err := page.HTML(fullDisk{}, reportOf(&plan.Plan{})); err == nil {
		t.Error("HTML: no error")
	}
	if err := page.JSON(fullDisk{}, reportOf(&plan.Plan{})); err == nil {
		t.Error("JSON: no error")
	}
}
