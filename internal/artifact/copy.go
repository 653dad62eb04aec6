package artifact

import (
	"io"
	"os"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
)

// Copy copies the named file unchanged into another data folder.
func (f Folder) Copy(name string, to Folder) error {
	source, err := regular.Open(f.Path(name), os.O_RDONLY)
	if err != nil {
		return &Error{Name: name, Problem: "is not readable", Err: err, Hint: "run " + Command(name) + " again"}
	}
	defer source.Close()
	pending, err := newPending(to.Path(name))
	if err != nil {
		return &WriteError{Name: name, Err: err}
	}
	defer pending.Cleanup()
	if _, err := io.Copy(pending, source); err != nil {
		return &WriteError{Name: name, Err: err}
	}
	if err := pending.CloseAtomicallyReplace(); err != nil {
		return &WriteError{Name: name, Err: err}
	}
	return nil
}
