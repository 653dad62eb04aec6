package overrides

import (
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictyaml"
)

// Parse reads the overrides file. An unknown key, a value of the wrong kind, a missing
// or invalid id, an entry that names no attribute, and a second entry for the same id
// and instance are errors, each in the form "overrides.yaml:12: …" with the given file
// name. All errors that can be found are reported at once, because a broken file must
// not silently withdraw support. An empty file has no overrides (docs/rules.md,
// Overrides file).
func Parse(fileName string, content []byte) (*Overrides, error) {
	overrides := &Overrides{byID: map[target]*Override{}}
	top, err := strictyaml.Document(fileName, content)
	if err != nil {
		return nil, err
	}
	if top == nil {
		return overrides, nil
	}
	items, err := top.List()
	if err != nil {
		return nil, fmt.Errorf("%w: begin every entry with \"- salesforce_id: …\"", err)
	}
	var problems strictyaml.Problems
	for _, item := range items {
		override, err := parseEntry(item)
		if err == nil {
			err = overrides.add(override, item)
		}
		problems.Add(err)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return overrides, nil
}

func (o *Overrides) add(override *Override, item *strictyaml.Node) error {
	key := target{override.Instance, override.ID}
	if first, twice := o.byID[key]; twice {
		return item.Errorf("a second entry for %s in the instance %s, the first is on line %d: keep one of them",
			override.ID, override.Instance, first.Line)
	}
	o.byID[key] = override
	o.all = append(o.all, override)
	return nil
}
