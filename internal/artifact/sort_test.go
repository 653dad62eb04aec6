package artifact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// More than three runs of records, none of which is the last in every run.
func TestSortSpillsToDiskInOrder(t *testing.T) {
	folder := Folder(t.TempDir())
	const count, accounts = 3*runBytes/(64<<10) + 100, 40
	filler := strings.Repeat("x", 64<<10)
	var records []record
	for i := range count {
		account := i % accounts
		records = append(records, record{fmt.Sprintf("a%02d", account), int64(i / accounts % 3), fmt.Sprintf(`"%02d %d %s"`, account, i/accounts%3, filler)})
	}
	source := rand.New(rand.NewPCG(1, 2))
	source.Shuffle(count, func(i, j int) { records[i], records[j] = records[j], records[i] })
	write(t, folder, orgs, gather, Manifest{}, records...)
	texts, read, err := readTexts(folder, orgs)
	if err != nil || read.Records != count {
		t.Fatalf("%+v, %v", read, err)
	}
	for i := range texts[1:] {
		if texts[i][:6] > texts[i+1][:6] {
			t.Fatalf("%s stands before %s", texts[i][:6], texts[i+1][:6])
		}
	}
	if diff := cmp.Diff([]string{gather, orgs}, files(t, folder)); diff != "" {
		t.Error(diff)
	}
}

func TestRecordsOfOneKeyStayAsTheyCameAcrossRuns(t *testing.T) {
	folder := Folder(t.TempDir())
	filler := strings.Repeat("x", runBytes/3)
	var records []record
	for i := range 10 {
		records = append(records, record{"same", 7, fmt.Sprintf(`"%d %s"`, i, filler)})
	}
	write(t, folder, orgs, gather, Manifest{}, records...)
	texts, _, err := readTexts(folder, orgs)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		if text != records[i].text {
			t.Errorf("%d: %.6s", i, text)
		}
	}
}

func TestASortedFileRefusesARecordOutOfOrder(t *testing.T) {
	batch := Folder(t.TempDir()).NewBatch()
	defer batch.Cleanup()
	file, err := batch.CreateSorted(orgs)
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range []record{{"a", 2, "1"}, {"b", 1, "2"}} {
		if err := file.Append(next.account, next.organization, next.text); err != nil {
			t.Fatal(err)
		}
	}
	err = file.Append("a", 3, "3")
	if err == nil || !strings.Contains(err.Error(), "record 3, of account a, organization 3, must come before that of account b, organization 1") {
		t.Errorf("%v", err)
	}
}
