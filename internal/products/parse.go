package products

import (
	"fmt"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictyaml"
)

// Parse reads plans.yaml. An unknown key, type, level or word, and a name in two
// places, are errors, each in the form "plans.yaml:12: …" with the given file name. All
// errors that can be found are reported at once (docs/rules.md, plans.yaml).
func Parse(fileName string, content []byte) (*Catalog, error) {
	top, err := strictyaml.Document(fileName, content)
	if err != nil {
		return nil, err
	}
	if top == nil {
		return nil, fmt.Errorf("%s:1: the file is empty: nobody would be entitled to anything", fileName)
	}
	reader := fileReader{
		known: field.SubscriptionTypes(),
		lines: map[string]int{},
		plans: &Catalog{planLookup: map[string]*Type{}, ignored: map[string]bool{}},
	}
	reader.file(top)
	if err := reader.problems.Err(); err != nil {
		return nil, err
	}
	return reader.plans, nil
}

// fileReader reads the plans and continues after a problem, so that all problems are
// reported at once.
type fileReader struct {
	known []string
	// lines has the line of each normal name.
	lines    map[string]int
	plans    *Catalog
	problems strictyaml.Problems
}

func (f *fileReader) problem(err error) {
	f.problems.Add(err)
}

// members returns the members of a mapping that can be read.
func (f *fileReader) members(node *strictyaml.Node) []strictyaml.Member {
	members, err := node.Mapping()
	f.problem(err)
	return members
}

func (f *fileReader) file(top *strictyaml.Node) {
	for _, member := range f.members(top) {
		switch member.Key {
		case "subscriptions":
			for _, subscription := range f.members(member.Value) {
				f.subscription(subscription)
			}
		case "ignored":
			for _, name := range f.names(member.Value) {
				f.plans.ignored[name] = true
			}
		default:
			f.problem(member.At.Errorf("unknown key %q: use subscriptions or ignored", member.Key))
		}
	}
	if len(f.plans.planLookup) == 0 && !f.problems.Any() {
		f.problem(top.Errorf("subscriptions names no charge: nobody would be entitled to anything"))
	}
}

func (f *fileReader) subscription(subscription strictyaml.Member) {
	if !slices.Contains(f.known, subscription.Key) {
		f.problem(subscription.At.Errorf("unknown subscription type %q: use the key of a sub_* organization field or %s",
			subscription.Key, field.FedRAMP))
	}
	read := &Type{Name: subscription.Key}
	level := false
	for _, member := range f.members(subscription.Value) {
		switch member.Key {
		case "support_level":
			level = true
			read.Level = f.level(member.Value)
		case "seats":
			seats, err := member.Value.Bool()
			f.problem(err)
			read.Seats = seats
		case "usgov":
			read.USGov = f.eligibility(member.Value)
		case "charges":
			for _, name := range f.names(member.Value) {
				f.plans.planLookup[name] = read
			}
		default:
			f.problem(member.At.Errorf("unknown key %q: use support_level, seats, usgov or charges", member.Key))
		}
	}
	if !level {
		f.problem(subscription.At.Errorf("%s has no support_level", subscription.Key))
	}
	f.plans.types = append(f.plans.types, read)
}

func (f *fileReader) level(node *strictyaml.Node) field.Level {
	text, err := node.Text()
	level := field.Level(text)
	switch {
	case err != nil:
		f.problem(err)
	case level == field.Expired:
		f.problem(node.Errorf("no subscription gives the level %s: list names that entitle to nothing under ignored", level))
	case !level.Known():
		f.problem(node.Errorf("unknown level %q: use one of %s", level, levelsToUse()))
	}
	return level
}

// levelsToUse lists the levels for a message, without expired.
func levelsToUse() string {
	var levels []string
	for _, level := range field.Levels() {
		if level != field.Expired {
			levels = append(levels, string(level))
		}
	}
	return strings.Join(levels, ", ")
}

func (f *fileReader) eligibility(node *strictyaml.Node) Eligibility {
	text, err := node.Text()
	if err != nil {
		f.problem(err)
		return Never
	}
	for _, eligibility := range []Eligibility{Never, Exception, Always} {
		if text == eligibility.String() {
			return eligibility
		}
	}
	f.problem(node.Errorf("unknown word %q: use never, exception or always", text))
	return Never
}

// names returns the normal forms of a list of charge names. A name that already
// occurred, anywhere in the file, is a problem, because chance would decide which of
// the two places counts.
func (f *fileReader) names(list *strictyaml.Node) []string {
	items, err := list.List()
	f.problem(err)
	var names []string
	for _, item := range items {
		text, err := item.Text()
		if err != nil {
			f.problem(err)
			continue
		}
		name := NormalName(text)
		line, twice := f.lines[name]
		switch {
		case name == "":
			f.problem(item.Errorf("a charge name is empty"))
		case twice:
			f.problem(item.Errorf("%q is listed a second time, first on line %d", name, line))
		default:
			f.lines[name] = item.Line()
			names = append(names, name)
			if comment := item.CutBy(); comment != "" {
				f.plans.cut = append(f.plans.cut, item.Errorf("the name is %q, and %q after it is a comment: put the name in quotes if that is part of it", name, comment).Error())
			}
		}
	}
	return names
}
