package artifact

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// readBuffer suits files of some hundred megabytes.
const readBuffer = 256 << 10

// Read streams the records of a file. The raw record is valid during the call
// only. What was read counts only once Read has returned without an error:
// a file that is cut off shows it at its end.
func (folder Folder) Read(name string, each func(raw jsontext.Value) error) (File, error) {
	source, err := os.Open(folder.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, &Error{Name: name, Problem: "is missing", Hint: "run the stage that writes it first", Err: fs.ErrNotExist}
	}
	if err != nil {
		return File{}, &Error{Name: name, Problem: "cannot be read", Err: err}
	}
	defer source.Close()
	digest := sha256.New()
	records, err := decodeRecords(io.TeeReader(bufio.NewReaderSize(source, readBuffer), digest), each)
	if unwritten := (*WriteError)(nil); errors.As(err, &unwritten) {
		return File{}, unwritten
	}
	if err != nil {
		return File{}, &Error{Name: name, Problem: "is no readable artifact", Err: err, Hint: "run the stage that writes it again"}
	}
	return File{Path: name, SHA256: hex.EncodeToString(digest.Sum(nil)), Records: records}, nil
}

func decodeRecords(source io.Reader, each func(raw jsontext.Value) error) (int, error) {
	decoder := jsontext.NewDecoder(source)
	start, err := decoder.ReadToken()
	if err != nil {
		return 0, cutOff(err)
	}
	if start.Kind() != '[' {
		return 0, errors.New("it is no JSON array")
	}
	records := 0
	for decoder.PeekKind() != ']' {
		raw, err := decoder.ReadValue()
		if err != nil {
			return 0, fmt.Errorf("record %d: %w", records+1, cutOff(err))
		}
		records++
		if err := each(raw); err != nil {
			return 0, fmt.Errorf("record %d%s: %w", records, accountOf(raw), err)
		}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return 0, cutOff(err)
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return 0, errors.New("something follows the array")
	}
	return records, nil
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file is cut off")
	}
	return err
}

// accountOf names the account of a record that cannot be read, if it says.
func accountOf(raw jsontext.Value) string {
	name := ""
	// Whatever is wrong with the record is being reported already.
	_ = field.Members(raw, func(key string, value jsontext.Value) error {
		if key == field.SalesforceID {
			name = fmt.Sprintf(" (%s %.40s)", field.SalesforceID, value)
		}
		return nil
	})
	return name
}
