package endtoend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// list reads a record file, every digit of its numbers kept.
func (w *world) list(name string) []map[string]any {
	w.t.Helper()
	decoder := json.NewDecoder(strings.NewReader(w.read(name)))
	decoder.UseNumber()
	var records []map[string]any
	if err := decoder.Decode(&records); err != nil {
		w.t.Fatal(err)
	}
	return records
}

func said(value any) string {
	if value == nil || value == "" {
		return "none"
	}
	return fmt.Sprint(value)
}

// toldObjects tells every account of accounts.json and left_out.json in a line.
func (w *world) toldObjects(flow string) map[string]string {
	w.t.Helper()
	told := map[string]string{}
	tell := func(record map[string]any, line string) {
		id := fmt.Sprint(record["salesforce_id"])
		if told[id] != "" {
			w.t.Errorf("%s: %s comes twice", flow, id)
		}
		told[id] = line
	}
	for _, record := range w.list(flow + "/left_out.json") {
		tell(record, fmt.Sprint("out: ", record["reason"]))
	}
	for _, record := range w.list(flow + "/accounts.json") {
		tell(record, toldObject(w.t, flow, record))
	}
	return told
}

func toldObject(t *testing.T, flow string, record map[string]any) string {
	t.Helper()
	keys := strings.Fields(`edu oss community_other consumption_cicd_minutes consumption_eap consumption_duo_enterprise consumption_duo_amazon_q
		consumption_duo_premium consumption_storage dotcom_premium dotcom_ultimate gitlab_dedicated sm_premium sm_ultimate ss_ase ss_growth
		ss_enterprise usgov_12x5 usgov_24x7`)
	var types []string
	for _, key := range keys {
		if record["sub_"+key] == true {
			types = append(types, key)
		}
	}
	seats, revenue := "seats_decimal", "aar"
	if flow == "usgov" {
		seats, revenue = "number_of_seats", "arr"
	}
	line := fmt.Sprintf("%v %v %v until %v for %v", record["support_level"], types, record[seats], said(record["expiration_date"]), record[revenue])
	if flow == "usgov" {
		line += fmt.Sprint(" ", record["schedule"])
		if emergency := record["emergency_support_24x7"]; emergency != (record["schedule"] == "24x7") {
			t.Errorf("%v: emergency support is %v with the schedule %v", record["name"], emergency, record["schedule"])
		}
	}
	if record["usgov_fedramp"] == true {
		line += " fedramp"
	}
	former := record["support_level"] == "expired"
	if want := map[bool]string{true: "former_customer", false: "customer"}[former]; record["account_type"] != want {
		t.Errorf("%v is a %v, want %s", record["name"], record["account_type"], want)
	}
	for _, each := range record["holds"].([]any) {
		held := each.(map[string]any)
		line += fmt.Sprintf(", %s", strings.TrimSpace(fmt.Sprint(held["reason"], " ", held["detail"])))
	}
	if record["in_other_instance"] == true {
		line += ", in other"
	}
	return line
}

// toldPlan tells what compare plans and lists of each account.
func (w *world) toldPlan(flow string) map[string]string {
	w.t.Helper()
	told := map[string]string{}
	tell := func(row map[string]any, words ...string) {
		id := fmt.Sprint(row["salesforce_id"])
		told[id] = strings.TrimPrefix(told[id]+"; "+strings.Join(words, " "), "; ")
	}
	for _, row := range w.list(flow + "/creates.json") {
		tell(row, "create")
	}
	for _, row := range w.list(flow + "/updates.json") {
		var changes []string
		for _, each := range row["changes"].([]any) {
			change := each.(map[string]any)
			changes = append(changes, fmt.Sprintf("%v %s→%s", change["field"], said(change["from"]), said(change["to"])))
		}
		tell(row, "update", strings.Join(changes, ", "))
	}
	for _, row := range w.list(flow + "/not_in_sync.json") {
		tell(row, "mark", said(row["reason"]))
	}
	made := w.plan(flow)
	for _, row := range made.Held {
		words := []string{"held", said(row["action"])}
		for _, each := range row["holds"].([]any) {
			words = append(words, said(each.(map[string]any)["reason"]))
		}
		changes, _ := row["changes"].([]any)
		for _, change := range changes {
			words = append(words, said(change.(map[string]any)["field"]))
		}
		tell(row, words...)
	}
	for _, row := range made.Orphans {
		tell(row, "orphan", said(row["reason"]))
	}
	for _, row := range made.Conflicts {
		tell(row, "conflict", said(row["reason"]))
	}
	return told
}

// warning is one of a manifest.
type warning struct {
	Code         string `json:"code"`
	Message      string `json:"message"`
	SalesforceID string `json:"salesforce_id"`
}

// warnings are those of a manifest.
func (w *world) warnings(manifest string) []warning {
	w.t.Helper()
	var read struct {
		Warnings []warning `json:"warnings"`
	}
	w.readJSON(manifest, &read)
	return read.Warnings
}
