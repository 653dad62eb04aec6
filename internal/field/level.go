package field

import "slices"

// Level is a value of support_level.
type Level string

// Expired is the level of an account without a current charge that includes support.
const Expired Level = "expired"

// Levels returns all levels, the highest first (docs/rules.md, The object).
func Levels() []Level {
	return []Level{"ultimate", "gold", "premium", "silver", "consumption_only", "custom", "community", Expired}
}

// Rank orders levels: better support ranks higher. An unknown level ranks highest and
// an empty one lowest, so that replacing an unknown level counts as a loss
// (docs/rules.md, Holds).
func (l Level) Rank() int {
	levels := Levels()
	if l == "" {
		return 0
	}
	position := slices.Index(levels, l)
	return len(levels) - position
}

// Known reports whether the suite writes this level.
func (l Level) Known() bool { return slices.Contains(Levels(), l) }

func levelTags() []string {
	var tags []string
	for _, level := range Levels() {
		tags = append(tags, string(level))
	}
	return tags
}
