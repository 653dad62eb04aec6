package artifact

import (
	"bufio"
	"cmp"
	"fmt"
	"hash"

	"github.com/google/renameio/v2"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// RecordFile is a record file being written. How much memory it takes does not
// depend on the number of records.
type RecordFile struct {
	name    string
	pending *renameio.PendingFile
	buffer  *bufio.Writer
	digest  hash.Hash
	// sorter holds the records back until all are there; nil where they come
	// sorted.
	sorter  *sorter
	last    key
	records int
}

// key is what records are sorted by: the account, then the organization.
type key struct {
	account      string
	organization int64
}

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.account, other.account), cmp.Compare(k.organization, other.organization))
}

func (k key) String() string {
	if k.organization == 0 {
		return "account " + k.account
	}
	return fmt.Sprintf("account %s, organization %d", k.account, k.organization)
}

// Append adds the record of an account, as strictjson.Marshal writes it;
// organization is the Zendesk id, 0 where there is none.
func (file *RecordFile) Append(account string, organization int64, record any) error {
	line, err := strictjson.Marshal(record)
	next := key{account, organization}
	switch {
	case err != nil:
	case file.sorter != nil:
		err = file.sorter.add(next, line)
	default:
		err = file.write(next, line)
	}
	if err != nil {
		return &WriteError{Name: file.name, Err: err}
	}
	return nil
}

func (file *RecordFile) write(next key, record []byte) error {
	separator := "[\n"
	if file.records > 0 {
		separator = ",\n"
		if file.last.compare(next) > 0 {
			return fmt.Errorf("record %d, of %s, comes after that of %s", file.records+1, next, file.last)
		}
	}
	file.last = next
	file.records++
	if _, err := file.buffer.WriteString(separator); err != nil {
		return err
	}
	_, err := file.buffer.Write(record)
	return err
}

// finish ends the array and makes sure that it is on the disk.
func (file *RecordFile) finish() error {
	if file.sorter != nil {
		if err := file.sorter.each(file.write); err != nil {
			return err
		}
	}
	end := "\n]\n"
	if file.records == 0 {
		end = "[]\n"
	}
	if _, err := file.buffer.WriteString(end); err != nil {
		return err
	}
	if err := file.buffer.Flush(); err != nil {
		return err
	}
	return file.pending.Sync()
}
