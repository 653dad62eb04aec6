package report

import (
	"fmt"
	"strings"
)

// Many is a number of things: 1 account, 2 accounts, 2 queries.
func Many(count int, thing string) string {
	switch {
	case count == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "y"):
		return fmt.Sprintf("%d %sies", count, strings.TrimSuffix(thing, "y"))
	}
	return fmt.Sprintf("%d %ss", count, thing)
}

// Were is what so many things were: 1 row was, 2 rows were.
func Were(count int, thing string) string {
	if count == 1 {
		return Many(count, thing) + " was"
	}
	return Many(count, thing) + " were"
}
