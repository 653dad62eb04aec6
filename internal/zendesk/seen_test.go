package zendesk

import (
	"math"
	"testing"
)

func TestRepeatedIDsAreFoundInAnyOrder(t *testing.T) {
	for _, test := range []struct {
		ids   []int64
		twice int64
	}{
		{nil, 0},
		{[]int64{1, 2, 900, math.MaxInt64}, 0},
		{[]int64{900, 2, math.MaxInt64, 1}, 0},
		{[]int64{1, 2, 2, 3}, 2},
		{[]int64{5, math.MaxInt64, 1, 7, 5}, 5},
		{[]int64{math.MaxInt64, 1, math.MaxInt64}, math.MaxInt64},
	} {
		var seen seenIDs
		for _, id := range test.ids {
			seen.add(id)
		}
		if id, found := seen.twice(); id != test.twice || found != (id != 0) || seen.count != len(test.ids) {
			t.Errorf("%d: %d, %t of %d", test.ids, id, found, seen.count)
		}
	}
}
