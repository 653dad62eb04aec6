package strictyaml

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"gopkg.in/yaml.v3"
)

const (
	nullTag = "!!null"
	boolTag = "!!bool"
	textTag = "!!str"
	dayTag  = "!!timestamp"
	// Whole numbers beyond 64 bits are floats to YAML.
	intTag   = "!!int"
	floatTag = "!!float"
)

// Member is one key of a mapping and its value.
type Member struct {
	Key   string
	Value *Node
	// At is the key itself, for errors about it.
	At *Node
}

// Mapping returns the members of a mapping, in the file's order. Keys that are
// not text or come twice are errors; the members beside them are returned all
// the same, so that every problem of a file can be told at once.
func (node *Node) Mapping() ([]Member, error) {
	if node.raw.Kind != yaml.MappingNode {
		return nil, node.Errorf("%s where keys with values belong", node.describe())
	}
	var members []Member
	var problems []error
	lines := map[string]int{}
	for i := 0; i+1 < len(node.raw.Content); i += 2 {
		at := &Node{fileName: node.fileName, raw: node.raw.Content[i]}
		key, err := at.Text()
		if err != nil {
			problems = append(problems, at.Errorf("%s is no key", at.describe()))
			continue
		}
		if line, twice := lines[key]; twice {
			problems = append(problems, at.Errorf("key %q comes a second time, first on line %d", key, line))
			continue
		}
		lines[key] = at.Line()
		value := &Node{fileName: node.fileName, label: key, raw: node.raw.Content[i+1]}
		members = append(members, Member{Key: key, Value: value, At: at})
	}
	return members, errors.Join(problems...)
}

// List returns the items of a list.
func (node *Node) List() ([]*Node, error) {
	if node.raw.Kind != yaml.SequenceNode {
		return nil, node.Errorf("%s where a list belongs", node.describe())
	}
	items := make([]*Node, len(node.raw.Content))
	for i, raw := range node.raw.Content {
		items[i] = &Node{fileName: node.fileName, label: node.label, raw: raw}
	}
	return items, nil
}

// Text returns a text. What YAML takes for something else, as 2026 or true, has
// to be in quotes, so that nobody has to know how it would be spelt.
func (node *Node) Text() (string, error) {
	if !node.isScalar(textTag) {
		return "", node.Errorf("%s is no text: put text in quotes", node.describe())
	}
	return node.raw.Value, nil
}

// Bool returns a truth value. The yes, no, on and off of older YAML are text.
func (node *Node) Bool() (bool, error) {
	if node.isScalar(boolTag) {
		if value, err := strconv.ParseBool(node.raw.Value); err == nil {
			return value, nil
		}
	}
	return false, node.Errorf("%s is neither true nor false", node.describe())
}

// Number returns the literal of a number as JSON writes numbers, so that no
// digit is lost and none is read in another base.
func (node *Node) Number() (string, error) {
	literal := jsontext.Value(node.raw.Value)
	if node.isScalar(intTag, floatTag) && literal.Kind() == '0' && literal.IsValid() {
		return node.raw.Value, nil
	}
	return "", node.Errorf("%s is no number: write plain digits without quotes", node.describe())
}

// Day returns the literal of a date, in quotes or not, for the caller to read.
func (node *Node) Day() (string, error) {
	if !node.isScalar(textTag, dayTag) {
		return "", node.Errorf("%s is no date: write it as YYYY-MM-DD", node.describe())
	}
	return node.raw.Value, nil
}

func (node *Node) isScalar(tags ...string) bool {
	return node.raw.Kind == yaml.ScalarNode && slices.Contains(tags, node.raw.ShortTag())
}

// describe names the value for a message.
func (node *Node) describe() string {
	switch node.raw.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "the alias *" + node.raw.Value
	}
	switch node.raw.ShortTag() {
	case nullTag:
		return "an empty value"
	case boolTag, intTag, floatTag, dayTag:
		return node.shortened()
	default:
		return strconv.Quote(node.shortened())
	}
}

func (node *Node) shortened() string {
	const longest = 60
	if len(node.raw.Value) <= longest {
		return node.raw.Value
	}
	return strings.ToValidUTF8(node.raw.Value[:longest], "") + "…"
}
