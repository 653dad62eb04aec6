package strictyaml

import (
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
	// YAML reads whole numbers beyond 64 bits as floats.
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

// Mapping returns the members of a mapping, in the file's order. Keys that are not text
// or come twice are errors; the other members are returned all the same, so that every
// problem of a file can be reported at once.
func (n *Node) Mapping() ([]Member, error) {
	if n.raw.Kind != yaml.MappingNode {
		return nil, n.Errorf("%s where keys with values belong", n.describe())
	}
	var members []Member
	var problems Problems
	lines := map[string]int{}
	for i := 0; i+1 < len(n.raw.Content); i += 2 {
		at := &Node{fileName: n.fileName, raw: n.raw.Content[i]}
		key, err := at.Text()
		if err != nil {
			problems.Add(at.Errorf("%s is not a key", at.describe()))
			continue
		}
		if line, twice := lines[key]; twice {
			problems.Add(at.Errorf("key %.60q comes a second time, first on line %d", key, line))
			continue
		}
		lines[key] = at.Line()
		value := &Node{fileName: n.fileName, label: key, raw: n.raw.Content[i+1]}
		members = append(members, Member{Key: key, Value: value, At: at})
	}
	return members, problems.Err()
}

// List returns the items of a list.
func (n *Node) List() ([]*Node, error) {
	if n.raw.Kind != yaml.SequenceNode {
		return nil, n.Errorf("%s where a list belongs", n.describe())
	}
	items := make([]*Node, len(n.raw.Content))
	for i, raw := range n.raw.Content {
		items[i] = &Node{fileName: n.fileName, label: n.label, raw: raw}
	}
	return items, nil
}

// Text returns a text. Anything that YAML reads as another kind, such as 2026 or true,
// must be quoted, so that its spelling does not matter.
func (n *Node) Text() (string, error) {
	if !n.isScalar(textTag) {
		return "", n.Errorf("%s is not text: put text in quotes", n.describe())
	}
	return n.raw.Value, nil
}

// Bool returns a truth value. The yes, no, on and off of older YAML are texts.
func (n *Node) Bool() (bool, error) {
	if n.isScalar(boolTag) {
		if value, err := strconv.ParseBool(n.raw.Value); err == nil {
			return value, nil
		}
	}
	return false, n.Errorf("%s is neither true nor false", n.describe())
}

// Number returns the literal of a number in JSON's notation, so that no digit is lost
// and no number is read in another base.
func (n *Node) Number() (string, error) {
	literal := jsontext.Value(n.raw.Value)
	if n.isScalar(intTag, floatTag) && literal.Kind() == '0' && literal.IsValid() {
		return n.raw.Value, nil
	}
	return "", n.Errorf("%s is not a number: write plain digits without quotes", n.describe())
}

// Day returns the literal of a date, quoted or not, for the caller to read.
func (n *Node) Day() (string, error) {
	if !n.isScalar(textTag, dayTag) {
		return "", n.Errorf("%s is not a date: write it as YYYY-MM-DD", n.describe())
	}
	return n.raw.Value, nil
}

func (n *Node) isScalar(tags ...string) bool {
	return n.raw.Kind == yaml.ScalarNode && slices.Contains(tags, n.raw.ShortTag())
}

// describe names the value for a message.
func (n *Node) describe() string {
	switch n.raw.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "the alias *" + n.raw.Value
	}
	switch n.raw.ShortTag() {
	case nullTag:
		return "an empty value"
	case boolTag, intTag, floatTag, dayTag:
		return n.shortened()
	default:
		return strconv.Quote(n.shortened())
	}
}

func (n *Node) shortened() string {
	const longest = 60
	if len(n.raw.Value) <= longest {
		return n.raw.Value
	}
	return strings.ToValidUTF8(n.raw.Value[:longest], "") + "…"
}
