package zendesk

import (
	"encoding/binary"
	"slices"
)

// seenIDs are the ids of a list, to tell whether one came twice. Zendesk lists
// in the order of ids, so what is kept of each is its distance from the one
// before: a few bytes.
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

// twice returns an id that came twice, if one did.
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
