package report

import (
	"fmt"
	"strings"
)

// Many returns a number with its noun: 1 account, 2 accounts, 2 queries.
func Many(count int, thing string) string { return fmt.Sprintf("%d %s", count, Plural(count, thing)) }

// Plural returns the noun without its number: account, accounts, queries.
func Plural(count int, thing string) string {
	switch {
	case count == 1:
		return thing
	case strings.HasSuffix(thing, "y"):
		return strings.TrimSuffix(thing, "y") + "ies"
	}
	return thing + "s"
}

// Were returns a number with its noun and verb: 1 row was, 2 rows were.
func Were(count int, thing string) string {
	if count == 1 {
		return Many(count, thing) + " was"
	}
	return Many(count, thing) + " were"
}
