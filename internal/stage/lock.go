package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gofrs/flock"
)

// lock keeps every other command that writes off the folders of the flows: two
// would take each other's temporary files for leftovers. A folder that is not
// there is made for a stage that gathers; the others find nothing to read in it.
func (r *Run) lock(gathers bool, flows ...string) (unlock func(), err error) {
	var held []*flock.Flock
	unlock = func() {
		for _, lock := range held {
			// The lock ends with the process in any case.
			_ = lock.Unlock()
		}
	}
	for _, flow := range flows {
		folder := r.Folder.Path(flow)
		if _, err := os.Stat(folder); !gathers && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			unlock()
			return nil, fmt.Errorf("creating the data folder: %w; set --data-dir to a folder that can be written", err)
		}
		// The folder itself is locked: no file stays behind.
		lock := flock.New(folder, flock.SetFlag(os.O_RDONLY))
		locked, err := lock.TryLock()
		if err == nil && !locked {
			err = errors.New("another command is writing there: wait until it has ended, then run again")
		}
		if err != nil {
			unlock()
			return nil, fmt.Errorf("locking %s: %w", folder, err)
		}
		held = append(held, lock)
	}
	return unlock, nil
}
