package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gofrs/flock"
)

// lock keeps other writing commands out of the folders of the flows: two commands
// would remove each other's temporary files. It creates a missing folder for a
// stage that gathers; other stages have nothing to read there.
func (r *Run) lock(gathers bool, flows ...string) (unlock func(), err error) {
	var held []*flock.Flock
	unlock = func() {
		for _, lock := range held {
			// The lock ends with the process at the latest.
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
		// The folder itself is locked, so that no lock file is left.
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
