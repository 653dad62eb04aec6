package benchmark

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// outVariable names the file that the tables are written to; without it they
// are printed only.
const outVariable = "BENCHMARKS_FILE"

// row is a line of a table: a figure, beside its floor and its target.
type row struct{ what, wall, cpu, peak, floor, times, target string }

// table is a table of docs/benchmarks.md.
type table struct {
	title, note string
	rows        []row
	document    *document
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func megabytes(bytes int64) string { return fmt.Sprintf("%d MB", bytes/megabyte) }

// add adds a process beside its floor, which may be 0 for none.
func (t *table) add(what string, took measurement, floor time.Duration, target string) {
	line := row{what: what, wall: seconds(took.wall), cpu: seconds(took.cpu), peak: megabytes(took.peak), target: target}
	if floor > 0 {
		line.floor, line.times = seconds(floor), fmt.Sprintf("%.2f", took.wall.Seconds()/floor.Seconds())
	}
	t.addRow(line)
	fmt.Printf("%-64.64s %9s %9s %7s %9s %5s  %s\n", line.what, line.wall, line.cpu, line.peak, line.floor, line.times, line.target)
}

func (t *table) addRow(line row) {
	t.rows = append(t.rows, line)
	t.document.write()
}

func (t *table) markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "## %s\n\n%s\n\n| what | wall | CPU | peak | floor | times | target |\n|---|---:|---:|---:|---:|---:|---|\n", t.title, t.note)
	for _, line := range t.rows {
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s | %s |\n", line.what, line.wall, line.cpu, line.peak, line.floor, line.times, line.target)
	}
	return out.String()
}

// machine says what the figures were measured on.
func machine() string {
	model, load := "unknown processor", "unknown"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if key, value, _ := strings.Cut(line, ":"); strings.TrimSpace(key) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	if averages, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(averages), " ")
	}
	return fmt.Sprintf("%s, %d cores used, %s, %s/%s; load average at the start %s", model, runtime.GOMAXPROCS(0), runtime.Version(), runtime.GOOS, runtime.GOARCH, load)
}

const preface = `# Benchmarks

` + "`make bench`" + ` measures these and writes this file. Every figure covers a whole process, from start to end, against the sandbox on the same
machine. *Floor* is the lowest possible time, measured in the same run: for stages that read files, the time to decode each record of the same files into
plain values with the program's JSON library on one goroutine; for the others, the number of requests on the critical path times the latency. *Times* is
wall time divided by floor. *CPU* is the time of all cores, *peak* the highest resident memory. No test depends on these figures; tests count requests instead.

`

// document is docs/benchmarks.md in the making: it is written after each row,
// so that a run that is stopped leaves what it has measured.
type document struct {
	b      *testing.B
	head   string
	tables []*table
}

func (d *document) table(title, note string) *table {
	made := &table{title: title, note: note, document: d}
	d.tables = append(d.tables, made)
	return made
}

func (d *document) write() {
	name := os.Getenv(outVariable)
	if name == "" {
		return
	}
	text := d.head
	for _, each := range d.tables {
		text += "\n" + each.markdown()
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		d.b.Fatal(err)
	}
}

// BenchmarkTables measures everything and writes the tables. It runs once
// (-benchtime 1x).
func BenchmarkTables(b *testing.B) {
	on := machine()
	fmt.Printf("%s\n", on)
	made := &document{b: b, head: preface + "Measured on " + time.Now().UTC().Format(time.DateOnly) + ": " + on + ".\n"}
	b.Run("size", func(b *testing.B) { sizes(b, made) })
	b.Run("latency", func(b *testing.B) { latency(b, made) })
}
