package artifact

import (
	"bufio"
	"cmp"
	"fmt"
	"hash"

	"github.com/google/renameio/v2"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// RecordFile is a record file being written. Its memory does not depend on the number
// of records.
type RecordFile struct {
	name    string
	pending *renameio.PendingFile
	buffer  *bufio.Writer
	digest  hash.Hash
	// sorter keeps the records until all are appended; nil if they are appended in
	// order.
	sorter  *sorter
	last    key
	records int
}

// key is the sort key of records: the account, then the organization.
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

// Append adds the record of an account, in the form strictjson.Marshal writes it;
// organization is the Zendesk id, 0 if there is none.
func (r *RecordFile) Append(account string, organization int64, record any) error {
	line, err := strictjson.Marshal(record)
	at := key{account, organization}
	switch {
	case err != nil:
	case r.sorter != nil:
		err = r.sorter.add(at, line)
	default:
		err = r.write(at, line)
	}
	if err != nil {
		return &WriteError{Name: r.name, Err: err}
	}
	return nil
}

func (r *RecordFile) write(next key, record []byte) error {
	separator := "[\n"
	if r.records > 0 {
		separator = ",\n"
		if r.last.compare(next) > 0 {
			return fmt.Errorf("record %d, of %s, must come before that of %s", r.records+1, next, r.last)
		}
	}
	r.last = next
	r.records++
	if _, err := r.buffer.WriteString(separator); err != nil {
		return err
	}
	_, err := r.buffer.Write(record)
	return err
}

// finish ends the array and makes sure that it is on disk.
func (r *RecordFile) finish() error {
	if r.sorter != nil {
		if err := r.sorter.each(r.write); err != nil {
			return err
		}
	}
	end := "\n]\n"
	if r.records == 0 {
		end = "[]\n"
	}
	if _, err := r.buffer.WriteString(end); err != nil {
		return err
	}
	if err := r.buffer.Flush(); err != nil {
		return err
	}
	return r.pending.Sync()
}
