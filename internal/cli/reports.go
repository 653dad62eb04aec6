package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// addFormat adds the flag for the format to a command.
func addFormat(set *pflag.FlagSet, format *string) {
	set.StringVar(format, "format", page.FormatText, strings.Join(page.Formats(), ", "))
}

// reportFlags are the files that a report is written to.
type reportFlags struct{ summary, html string }

func (f *reportFlags) addTo(set *pflag.FlagSet) {
	set.StringVar(&f.summary, "summary-file", "", "also write the result, with all rows, to this `file`, as Markdown")
	set.StringVar(&f.html, "html-file", "", "also write the result to this `file`, as a web page with sorting and filters")
}

// write writes the requested files.
func (f reportFlags) write(model report.Model) error {
	for _, file := range []struct {
		what, path string
		write      func(io.Writer, report.Model) error
	}{{"summary", f.summary, page.Markdown}, {"page", f.html, page.HTML}} {
		if file.path == "" {
			continue
		}
		var content bytes.Buffer
		if err := file.write(&content, model); err != nil {
			return fmt.Errorf("writing the %s: %w", file.what, err)
		}
		if err := writeReport(file.what, file.path, content.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// print prints the report in the requested format; all shows every row of a table of
// text.
func (a *app) print(model report.Model, format string, all bool) error {
	err := page.Write(a.Stdout, model, format, page.Screen{Width: a.Width, Color: a.color, All: all})
	if unknown := (*page.FormatError)(nil); errors.As(err, &unknown) {
		return usageError(fmt.Errorf("--format %w", unknown))
	}
	if err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

// colors reports whether the screen has colours: as --color says, otherwise on a
// terminal, unless NO_COLOR is set (https://no-color.org).
func (a *app) colors() (bool, error) {
	switch a.flags.color {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		return a.Width > 0 && a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb", nil
	}
	return false, fmt.Errorf("--color %q is not auto, always or never", a.flags.color)
}
