package endtoend

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// formRow is a row as every form of a plan has to show it.
type formRow struct {
	kind string
	// parts are what identifies the row, and changes those of its fields.
	parts, changes []string
}

// recordRows reads the rows from the record files and plan.json themselves.
func (w *world) recordRows(flow string) []formRow {
	w.t.Helper()
	identity := func(record map[string]any) []string {
		parts := []string{fmt.Sprint(record["name"])}
		if id, ok := record["id"]; ok {
			parts = append(parts, fmt.Sprint(id))
		}
		if id, ok := record["salesforce_id"]; ok {
			parts = append(parts, fmt.Sprint(id))
		}
		return parts
	}
	changes := func(record map[string]any) []string {
		var lines []string
		list, _ := record["changes"].([]any)
		for _, change := range list {
			change := change.(map[string]any)
			lines = append(lines, fmt.Sprintf("%s %s → %s", change["field"], jsonText(change["from"]), jsonText(change["to"])))
		}
		return lines
	}
	var rows []formRow
	for file, kind := range map[string]string{"creates": "create", "updates": "update", "not_in_sync": "mark_for_deletion"} {
		for _, record := range w.list(flow + "/" + file + ".json") {
			row := formRow{kind: kind, parts: identity(record)}
			if kind == "update" {
				row.changes = changes(record)
			}
			rows = append(rows, row)
		}
	}
	var document map[string]any
	w.decode(w.read(flow+"/plan.json"), &document)
	for key, kind := range map[string]string{"held": "held", "conflicts": "conflict", "orphans": "orphan", "unmanaged": "unmanaged"} {
		list, _ := document[key].([]any)
		for _, record := range list {
			record := record.(map[string]any)
			row := formRow{kind: kind, parts: identity(record)}
			if kind == "unmanaged" {
				row.parts = row.parts[:2]
			}
			if kind == "held" {
				row.changes = changes(record)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// Text, Markdown, HTML and JSON of a plan come from one model: each has every
// row of the record files with its changes, and no other row.
func TestAllFormsOfAPlanHaveTheSameRows(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, curated())
	w.must("processor")
	w.must("zendesk-gather partner")
	for _, flow := range []string{"global", "usgov", "partner"} {
		w.must("compare "+flow, 0, 3)
		rows := w.recordRows(flow)
		if len(rows) < 4 {
			t.Fatalf("%s: %d rows", flow, len(rows))
		}
		show := func(form string) string { return w.must("show " + flow + " --format " + form).stdout }
		for form, blocks := range map[string]map[string][]string{
			"text": textBlocks(show("text")), "markdown": markdownBlocks(show("markdown")),
			"html": htmlBlocks(show("html")), "json": w.jsonBlocks(show("json")),
		} {
			counts := map[string]int{}
			for _, row := range rows {
				counts[row.kind]++
				found := slices.IndexFunc(blocks[row.kind], func(block string) bool {
					for _, part := range append(row.parts, row.changes...) {
						if !strings.Contains(block, part) {
							return false
						}
					}
					return true
				})
				if found < 0 {
					t.Errorf("%s of %s lacks the %s %q with %q", form, flow, row.kind, row.parts, row.changes)
				}
			}
			for kind, all := range blocks {
				if len(all) != counts[kind] {
					t.Errorf("%s of %s has %d rows of kind %s, want %d", form, flow, len(all), kind, counts[kind])
				}
			}
		}
	}
}

// kinds are those of rows, by their headings.
func kinds() map[string]string {
	return map[string]string{
		"To create": "create", "To update": "update", "To mark for deletion": "mark_for_deletion", "Held back": "held",
		"Conflicts": "conflict", "Orphans": "orphan", "Unmanaged, with an invalid salesforce_id": "unmanaged",
	}
}

// textBlocks are the rows of a text: what is indented by two cells begins one.
func textBlocks(page string) map[string][]string {
	blocks := map[string][]string{}
	kind, heading := "", false
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, " ") {
			title, _, _ := strings.Cut(strings.TrimSpace(line), " (")
			kind, heading = kinds()[title], true
			continue
		}
		switch begins := !strings.HasPrefix(line, "   "); {
		case kind == "" || strings.HasPrefix(line, "  See why, for example") || regexp.MustCompile(`^  [a-z_]+: `).MatchString(line):
		case begins && heading:
			heading = false
		case begins:
			blocks[kind] = append(blocks[kind], line)
		default:
			blocks[kind][len(blocks[kind])-1] += line
		}
	}
	return blocks
}

// markdownBlocks are the rows of tables, without what makes them harmless.
func markdownBlocks(page string) map[string][]string {
	blocks := map[string][]string{}
	kind, lines := "", 0
	for line := range strings.Lines(regexp.MustCompile(`\\(.)`).ReplaceAllString(page, "$1")) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			title, _, _ = strings.Cut(strings.TrimSpace(title), " (")
			kind, lines = kinds()[title], 0
		}
		if kind == "" || !strings.HasPrefix(line, "|") {
			continue
		}
		if lines++; lines > 2 {
			blocks[kind] = append(blocks[kind], html.UnescapeString(line))
		}
	}
	return blocks
}

// htmlBlocks are the texts of the page's rows.
func htmlBlocks(page string) map[string][]string {
	blocks := map[string][]string{}
	row := regexp.MustCompile(`(?s)<tbody role="rowgroup" data-kind="([a-z_]+)"(.*?)</tbody>`)
	tags, blanks := regexp.MustCompile(`<[^>]*>`), regexp.MustCompile(`\s+`)
	for _, match := range row.FindAllStringSubmatch(page, -1) {
		text := blanks.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(match[2], " ")), " ")
		blocks[match[1]] = append(blocks[match[1]], text)
	}
	return blocks
}

// jsonBlocks write the rows of the JSON as the others show them.
func (w *world) jsonBlocks(page string) map[string][]string {
	w.t.Helper()
	var plan struct {
		SchemaVersion int    `json:"schema_version"`
		PlanID        string `json:"plan_id"`
		Rows          []struct {
			Kind         string      `json:"kind"`
			ID           json.Number `json:"id"`
			SalesforceID string      `json:"salesforce_id"`
			Name         string      `json:"name"`
			Changes      []struct {
				Field    string `json:"field"`
				From, To any
			} `json:"changes"`
		} `json:"rows"`
	}
	w.decode(page, &plan)
	if diff := cmp.Diff([]any{1, 16}, []any{plan.SchemaVersion, len(plan.PlanID)}); diff != "" {
		w.t.Error(diff)
	}
	blocks := map[string][]string{}
	for _, row := range plan.Rows {
		text := fmt.Sprintln(row.Name, row.ID, row.SalesforceID)
		for _, change := range row.Changes {
			text += fmt.Sprintf("%s %s → %s\n", change.Field, jsonText(change.From), jsonText(change.To))
		}
		blocks[row.Kind] = append(blocks[row.Kind], text)
	}
	return blocks
}

// decode reads numbers as they are written.
func (w *world) decode(text string, into any) {
	w.t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		w.t.Fatal(err)
	}
}

func jsonText(value any) string {
	if value == nil || value == "" {
		return "empty"
	}
	return fmt.Sprint(value)
}
