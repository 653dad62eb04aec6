package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRecordFilesHaveOneRecordALine(t *testing.T) {
	tests := []struct {
		rule    string
		records []record
		want    string
	}{
		{"none", nil, "[]\n"},
		{"one", []record{{"a", 1, `{"a":"& < >"}`}}, "[\n{\"a\":\"& < >\"}\n]\n"},
		{"several", []record{{"a", 1, `{"n":1}`}, {"a", 2, `{"n":2}`}, {"b", 1, `{"n":3}`}}, "[\n{\"n\":1},\n{\"n\":2},\n{\"n\":3}\n]\n"},
		{"out of order", []record{{"b", 1, `{"n":4}`}, {"a", 10, `{"n":3}`}, {"", 7, `{"n":1}`}, {"a", 9, `{"n":2}`}},
			"[\n{\"n\":1},\n{\"n\":2},\n{\"n\":3},\n{\"n\":4}\n]\n"},
		{"bytewise", []record{{"a", 0, `3`}, {"Z", 0, `2`}, {"0", 0, `1`}, {"é", 0, `4`}}, "[\n1,\n2,\n3,\n4\n]\n"},
		{"those of one key as they came", []record{{"b", 0, `2`}, {"a", 1, `"first"`}, {"a", 1, `"second"`}}, "[\n\"first\",\n\"second\",\n2\n]\n"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			folder := Folder(t.TempDir())
			written := write(t, folder, orgs, gather, Manifest{Date: today}, test.records...)
			if diff := cmp.Diff(test.want, content(t, folder, orgs)); diff != "" {
				t.Error(diff)
			}
			got, read, err := readTexts(folder, orgs)
			if err != nil || len(got) != len(test.records) || read != written[0] || read.Records != len(test.records) {
				t.Errorf("written %+v, read %+v, %v", written, read, err)
			}
			if diff := cmp.Diff([]string{gather, orgs}, files(t, folder)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheDigestIsOfTheFileAsItStands(t *testing.T) {
	folder := Folder(t.TempDir())
	// SHA-256 of "[]\n".
	const empty = "37517e5f3dc66819f61f5a7bb8ace1921282415f10551d2defa5c3eb0985b570"
	if got := write(t, folder, orgs, gather, Manifest{}); got[0] != (File{Path: orgs, SHA256: empty}) {
		t.Errorf("%+v", got)
	}
}

func TestArtifactsAreForTheirOwnerAlone(t *testing.T) {
	folder := Folder(filepath.Join(t.TempDir(), "data"))
	put(t, folder, orgs, "old")
	if err := os.Chmod(folder.Path(orgs), 0o666); err != nil {
		t.Fatal(err)
	}
	write(t, folder, orgs, gather, Manifest{}, record{"b", 1, "1"}, record{"a", 1, "2"})
	for _, name := range []string{orgs, gather} {
		info, err := os.Stat(folder.Path(name))
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestTheSameRecordsGiveTheSameBytesInAnyOrder(t *testing.T) {
	folder := Folder(t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.Int64Range(1, 500), 0, 100, rapid.ID).Draw(t, "organizations")
		shuffled := rapid.Permutation(keys).Draw(t, "order")
		first, second := writeKeys(t, folder, keys), writeKeys(t, folder, shuffled)
		if first != second {
			t.Fatalf("%s\n%s", first, second)
		}
	})
}

func writeKeys(t *rapid.T, folder Folder, keys []int64) string {
	batch := folder.NewBatch()
	defer batch.Cleanup()
	file, err := batch.Create(orgs)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if err := file.Append(fmt.Sprintf("account %d", key%7), key, jsontext.Value(fmt.Appendf(nil, `{"id":%d}`, key))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := batch.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := batch.Commit(gather, &Manifest{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(folder.Path(orgs))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestABatchThatFailsLeavesTheOldFiles(t *testing.T) {
	for _, stage := range []string{"before it is finished", "after it is finished"} {
		t.Run(stage, func(t *testing.T) {
			folder := Folder(t.TempDir())
			write(t, folder, orgs, gather, Manifest{Date: "2026-11-20"}, record{"a", 1, `"old"`})
			before := content(t, folder, gather)
			batch := folder.NewBatch()
			appendAll(t, batch, orgs, record{"b", 2, `"new"`}, record{"a", 1, `"new"`})
			appendAll(t, batch, "global/accounts.json", record{"a", 0, `"new"`})
			if stage == "after it is finished" {
				if _, err := batch.Finish(); err != nil {
					t.Fatal(err)
				}
			}
			batch.Cleanup()
			if content(t, folder, orgs) != "[\n\"old\"\n]\n" || content(t, folder, gather) != before {
				t.Error("the old files are gone")
			}
			if diff := cmp.Diff([]string{gather, orgs}, files(t, folder)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADiskThatFailsLeavesTheOldFiles(t *testing.T) {
	folder := Folder(t.TempDir())
	write(t, folder, orgs, gather, Manifest{}, record{"a", 1, `"old"`})
	for rule, records := range map[string][]record{
		"in order": {{"a", 1, `"new"`}}, "out of order": {{"b", 1, `"new"`}, {"a", 1, `"new"`}}, "more than is buffered": {{"a", 1, strings.Repeat("1", 2*readBuffer)}},
	} {
		batch := folder.NewBatch()
		file, err := batch.Create(orgs)
		if err != nil {
			t.Fatal(err)
		}
		if err := file.pending.File.Close(); err != nil {
			t.Fatal(err)
		}
		for _, next := range records {
			err = errors.Join(err, file.Append(next.account, next.organization, jsontext.Value(next.text)))
		}
		if err == nil {
			_, err = batch.Finish()
		}
		var unwritten *WriteError
		if !errors.As(err, &unwritten) || unwritten.Name != orgs || !errors.Is(err, fs.ErrClosed) ||
			!strings.HasSuffix(err.Error(), "; the files of the last run are unchanged: fix the folder or the disk and run again") ||
			strings.Count(err.Error(), "writing "+orgs) != 1 {
			t.Errorf("%s: %v", rule, err)
		}
		batch.Cleanup()
		if diff := cmp.Diff([]string{gather, orgs}, files(t, folder)); diff != "" || content(t, folder, orgs) != "[\n\"old\"\n]\n" {
			t.Errorf("%s: %s", rule, diff)
		}
	}
}

func TestAnUnwritableFileLeavesTheOthersUntrusted(t *testing.T) {
	folder := Folder(t.TempDir())
	if err := os.MkdirAll(folder.Path("global/left_out.json/in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, folder, orgs, gather, Manifest{Date: today}, record{"a", 1, `"old"`})
	batch := folder.NewBatch()
	defer batch.Cleanup()
	appendAll(t, batch, orgs, record{"a", 1, `"new"`})
	appendAll(t, batch, "global/left_out.json", record{"a", 0, `"new"`})
	if _, err := batch.Finish(); err != nil {
		t.Fatal(err)
	}
	err := batch.Commit(gather, &Manifest{Date: today})
	if err == nil || !strings.HasPrefix(err.Error(), "writing global/left_out.json: ") ||
		!strings.HasSuffix(err.Error(), "; some files are of this run and lack their manifest, so no stage takes them: fix the folder or the disk and run again") {
		t.Errorf("%v", err)
	}
	inputs := Inputs{Folder: folder}
	wantProblem(t, ReadInput(&inputs, orgs, gather, textOf, func(string) error { return nil }), orgs, "does not match "+gather)
	batch.Cleanup()
	if diff := cmp.Diff([]string{gather, orgs}, files(t, folder)); diff != "" {
		t.Error(diff)
	}
}

func TestLeftoversOfAKilledRunAreRemoved(t *testing.T) {
	// A folder's name may hold what a pattern would take for its own.
	folder := Folder(filepath.Join(t.TempDir(), "data [1"))
	for _, name := range []string{
		"global/.zendesk_orgs.json123", "global/.zendesk_orgs.json9223372036854775807", "global/.zendesk-gather.manifest.json5",
		"global/.zendesk_orgs.json", "global/.zendesk_orgs.json.backup", "global/.zendesk_orgs.json12x", "global/.accounts.json7", "global/zendesk_orgs.json1",
	} {
		put(t, folder, name, "left over")
	}
	write(t, folder, orgs, gather, Manifest{})
	want := []string{
		"global/.accounts.json7", "global/.zendesk_orgs.json", "global/.zendesk_orgs.json.backup", "global/.zendesk_orgs.json12x",
		gather, orgs, "global/zendesk_orgs.json1",
	}
	if diff := cmp.Diff(want, files(t, folder)); diff != "" {
		t.Error(diff)
	}
}

func TestAFolderThatCannotBeIsNamed(t *testing.T) {
	below := Folder(t.TempDir())
	put(t, below, "data", "a file")
	folder := Folder(below.Path("data"))
	_, err := folder.NewBatch().Create(orgs)
	if err == nil || !strings.HasPrefix(err.Error(), "writing "+orgs+": mkdir ") || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("%v", err)
	}
	if err := folder.NewBatch().Commit(gather, &Manifest{}); err == nil || !strings.HasPrefix(err.Error(), "writing "+gather+": mkdir ") {
		t.Errorf("%v", err)
	}
	_, _, err = readTexts(folder, orgs)
	if err == nil || !strings.Contains(err.Error(), orgs+" cannot be read: ") {
		t.Errorf("%v", err)
	}
}
