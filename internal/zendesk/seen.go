package zendesk

import (
	"encoding/binary"
	"slices"
)

// seenIDs are the ids of a list, kept to find out whether one came twice. Zendesk lists
// organizations in the order of their ids, so each id is stored as its distance from
// the previous one: a few bytes.
type seenIDs struct {
	count     int
	last      int64
	unordered bool
	distances []byte
}

func (s *seenIDs) add(id int64) {
	s.unordered = s.unordered || id <= s.last
	s.distances = binary.AppendVarint(s.distances, id-s.last)
	s.last = id
	s.count++
}

// twice returns an id that came twice, if there is one.
func (s *seenIDs) twice() (id int64, found bool) {
	if !s.unordered {
		return 0, false
	}
	all := make([]int64, 0, s.count)
	for rest := s.distances; len(rest) > 0; {
		distance, length := binary.Varint(rest)
		id, rest = id+distance, rest[length:]
		all = append(all, id)
	}
	slices.Sort(all)
	for i := range all[1:] {
		if all[i] == all[i+1] {
			return all[i], true
		}
	}
	return 0, false
}
