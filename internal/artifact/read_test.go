package artifact

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

func TestFilesThatAreNoneAreRefusedWithThePlace(t *testing.T) {
	whole := "[\n{\"a\":1},\n{\"b\":2}\n]\n"
	tests := []struct{ rule, text, want string }{
		{"an empty file", "", "is not a readable artifact: the file is cut off"},
		{"only the beginning", "[\n", "is not a readable artifact: record 1: the file is cut off"},
		{"cut in a record", whole[:6], "is not a readable artifact: record 1: the file is cut off"},
		{"cut between records", whole[:len("[\n{\"a\":1},\n")], "is not a readable artifact: record 2: the file is cut off"},
		{"cut before the comma", whole[:len("[\n{\"a\":1}")], "is not a readable artifact: record 2: the file is cut off"},
		{"cut before its end", strings.TrimSuffix(whole, "]\n"), "is not a readable artifact: record 3: the file is cut off"},
		{"something after the array", whole + "x", "is not a readable artifact: unexpected data after the array"},
		{"two arrays", whole + whole, "is not a readable artifact: unexpected data after the array"},
		{"an object", "{}\n", "is not a readable artifact: it is not a JSON array"},
		{"text", "hello", "is not a readable artifact: "},
		{"a comma too many", "[\n1,\n]\n", "is not a readable artifact: record 2: "},
		{"a comma too few", "[\n1\n2]\n", "is not a readable artifact: record 2: "},
		{"binary", "[\n\x00]\n", "is not a readable artifact: record 1: "},
		{"text that is no UTF-8", "[\n\"\xff\"]\n", "is not a readable artifact: record 1: "},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			folder := Folder(t.TempDir())
			put(t, folder, orgs, test.text)
			_, file, err := readTexts(folder, orgs)
			wantProblem(t, err, orgs, test.want)
			if file != (File{}) {
				t.Errorf("%+v", file)
			}
		})
	}
}

func TestFilesAreTakenHoweverTheyAreLaidOut(t *testing.T) {
	folder := Folder(t.TempDir())
	put(t, folder, orgs, " [ {\"a\": 1 } ,\n\n2]  \n\n")
	got, file, err := readTexts(folder, orgs)
	if err != nil || len(got) != 2 || got[0] != `{"a": 1 }` || file.Records != 2 {
		t.Errorf("%q, %+v, %v", got, file, err)
	}
}

func TestAMissingFileIsSaidToBe(t *testing.T) {
	_, _, err := readTexts(Folder(t.TempDir()), orgs)
	wantProblem(t, err, orgs, "is missing")
}

func TestAnUnknownKeyIsNamedWithFileAndRecord(t *testing.T) {
	schema := field.SchemaOf(field.Partner)
	good := organization.Organization{ID: 1, Record: schema.NewRecord()}
	good.Record.Set(field.SalesforceID, firstID)
	line := lineOf(t, good)
	folder := Folder(t.TempDir())
	put(t, folder, "partner/zendesk_orgs.json", "[\n"+line+",\n"+strings.Replace(line, `"name"`, `"colour"`, 1)+"\n]\n")
	_, err := Read(folder, "partner/zendesk_orgs.json",
		func(raw jsontext.Value) (organization.Organization, error) { return organization.Parse(raw, schema) },
		func(organization.Organization) error { return nil })
	wantProblem(t, err, "partner/zendesk_orgs.json", `is not a readable artifact: record 2 (salesforce_id "`+firstID+`"): unknown key "colour"`)
}

func TestRecordsComeInTheOrderOfTheFile(t *testing.T) {
	for _, records := range []int{0, 1, 63, 64, 65, 128, 1000} {
		folder := Folder(t.TempDir())
		var lines []string
		for n := range records {
			lines = append(lines, fmt.Sprint(n))
		}
		put(t, folder, orgs, "["+strings.Join(lines, ",")+"]")
		got, file, err := readTexts(folder, orgs)
		if err != nil || file.Records != records || strings.Join(got, ",") != strings.Join(lines, ",") {
			t.Errorf("%d records: %d came, %+v, %v", records, len(got), file, err)
		}
	}
}

func TestTheFirstFaultOfAFileIsReported(t *testing.T) {
	folder := Folder(t.TempDir())
	put(t, folder, orgs, "["+strings.Repeat("1,", 300)+"2,"+strings.Repeat("1,", 300)+"2,oops")
	refuse := func(raw jsontext.Value) (int, error) {
		if string(raw) == "2" {
			return 0, errors.New("two")
		}
		return 1, nil
	}
	taken := 0
	take := func(int) error { taken++; return nil }
	_, err := Read(folder, orgs, refuse, take)
	wantProblem(t, err, orgs, "is not a readable artifact: record 301: two")
	if taken != 300 {
		t.Errorf("%d records before it were taken", taken)
	}
}

func TestAnErrorOfTheCallerComesBack(t *testing.T) {
	folder := Folder(t.TempDir())
	put(t, folder, orgs, "["+strings.Repeat("1,", 5000)+"1]")
	full, taken := errors.New("full"), 0
	_, err := Read(folder, orgs, textOf, func(string) error {
		if taken++; taken == 70 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || taken != 70 {
		t.Errorf("%v after %d", err, taken)
	}
	var broken *Error
	if errors.As(err, &broken) {
		t.Errorf("%v blames the file", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"[]\n", "[\n{\"a\":1},\n{\"b\":[2]}\n]\n", "[", "]", "[1,]", "[1]x", "{}", "", "[\"\\ud800\"]", "[1,[2,{\"salesforce_id\":3}]"} {
		f.Add(seed)
	}
	folder := Folder(f.TempDir())
	f.Fuzz(func(t *testing.T, text string) {
		put(t, folder, "fuzzed.json", text)
		got, file, err := readTexts(folder, "fuzzed.json")
		if err != nil {
			wantProblem(t, err, "fuzzed.json", "is not a readable artifact: ")
			return
		}
		if file.Records != len(got) || !jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true)) {
			t.Errorf("%q gives %q", text, got)
		}
	})
}

func lineOf(t *testing.T, record any) string {
	t.Helper()
	line, err := strictjson.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}
