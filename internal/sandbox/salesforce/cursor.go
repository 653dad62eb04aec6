package salesforce

import (
	"fmt"
	"maps"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/soql"
)

// result is what a query selected, of all accounts or of one row's children,
// as it was when the query was asked.
type result struct {
	selection *soql.Selection
	rows      []soql.Row
	total     int // totalSize; more than the rows when there is damage
	child     bool
	damage    Damage
}

// cursors are the results that have pages left.
type cursors struct {
	open  map[string]cursor
	count int
}

type cursor struct {
	result *result
	opened time.Time
	owner  string // cursor of the query whose page holds the child list
}

// add keeps a result for its next pages, under a new id.
func (c *cursors) add(r *result, owner string, now time.Time) string {
	if c.open == nil {
		c.open = make(map[string]cursor)
	}
	c.count++
	id := fmt.Sprintf("01gsb%010dAAA", c.count)
	c.open[id] = cursor{r, now, owner}
	return id
}

// turn ends the cursors of the child lists of a query's page when its next page is
// requested.
func (c *cursors) turn(owner string) {
	maps.DeleteFunc(c.open, func(_ string, kept cursor) bool { return kept.owner == owner })
}

// kill ends one cursor.
func (c *cursors) kill(id string) { delete(c.open, id) }

func (c *cursors) find(id string) *result { return c.open[id].result }

// forget drops cursors after two days, as Salesforce does.
func (c *cursors) forget(now time.Time) {
	const life = 48 * time.Hour
	maps.DeleteFunc(c.open, func(_ string, kept cursor) bool { return now.Sub(kept.opened) > life })
}
