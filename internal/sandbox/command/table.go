package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// manifest is what the demo reads of a stage's manifest.
type manifest struct {
	Stage  string `json:"stage"`
	Flow   string `json:"flow"`
	Inputs []struct {
		Records int `json:"records"`
	} `json:"inputs"`
	Outputs []struct {
		Path    string `json:"path"`
		Records int    `json:"records"`
	} `json:"outputs"`
	Counts     map[string]int `json:"counts"`
	HasChanges bool           `json:"has_changes"`
}

// manifests are those of all stages, in the order in which they run.
func manifests() []string {
	names := []string{
		"partner/salesforce.manifest.json", "customer/salesforce.manifest.json",
		"global/zendesk-gather.manifest.json", "usgov/zendesk-gather.manifest.json", "processor.manifest.json",
	}
	for _, flow := range flows() {
		if flow == "partner" {
			names = append(names, "partner/zendesk-gather.manifest.json")
		}
		names = append(names, flow+"/plan.json", flow+"/sync.manifest.json")
	}
	return names
}

// table prints what each stage read and wrote.
func (d *demo) table(round int) error {
	fmt.Fprintf(d.out, "\nRun %d, what each stage read and wrote:\n\n", round)
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "stage\tflow\trequests\tread\twrote")
	for _, name := range manifests() {
		read, err := d.manifest(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", read.Stage, read.Flow, read.requests(), read.inputs(), read.outputs())
	}
	return table.Flush()
}

func (d *demo) manifest(name string) (manifest, error) {
	var read manifest
	content, err := os.ReadFile(filepath.Join(d.dataDir, name))
	if err == nil {
		err = json.Unmarshal(content, &read)
	}
	if err != nil {
		return read, fmt.Errorf("reading the manifest of a stage: %w", err)
	}
	return read, nil
}

func (m manifest) requests() string {
	if count, ok := m.Counts["requests"]; ok {
		return fmt.Sprint(count)
	}
	return "-"
}

func (m manifest) inputs() string {
	records := 0
	for _, input := range m.Inputs {
		records += input.Records
	}
	if len(m.Inputs) == 0 {
		return "-"
	}
	return fmt.Sprintf("%d records of %d files", records, len(m.Inputs))
}

func (m manifest) outputs() string {
	text := ""
	for i, output := range m.Outputs {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %d", filepath.Base(output.Path), output.Records)
	}
	return text
}

// checkNothingLeft returns an error if the last run found anything to do.
func (d *demo) checkNothingLeft() error {
	for _, flow := range flows() {
		last, err := d.manifest(flow + "/plan.json")
		if err != nil {
			return err
		}
		if last.HasChanges {
			return errors.New("flow " + flow + ": the third run still found something to do: look at its plan.json")
		}
		fmt.Fprintf(d.out, "%s: nothing to do; left to people: %d held, %d orphans, %d conflicts, %d unmanaged\n", flow,
			last.Counts["held"], last.Counts["orphans"], last.Counts["conflicts"], last.Counts["unmanaged"])
	}
	return nil
}
