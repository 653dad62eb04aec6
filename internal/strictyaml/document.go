// Package strictyaml reads the YAML files that people edit, and trusts nothing in them:
// a file must be a single document without duplicate keys, every value must be of the
// expected kind, and every error has the file and the line. No other package uses the
// YAML library.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Node is one value of a file, with its position.
type Node struct {
	fileName string
	// label is the key of the value, empty for the top value.
	label string
	raw   *yaml.Node
}

// mostValues is more than the largest file that people edit has.
const mostValues = 1_000_000

// Document returns the top value of the file, nil if the file has only comments. A
// second document is an error, because it would be ignored.
func Document(fileName string, content []byte) (*Node, error) {
	if !utf8.Valid(content) {
		return nil, fmt.Errorf("%s:%d: not valid UTF-8: save the file in this encoding", fileName, firstInvalidLine(content))
	}
	if line := controlLine(content); line > 0 {
		return nil, fmt.Errorf("%s:%d: not valid YAML: control characters are not allowed", fileName, line)
	}
	if bytes.Count(content, []byte("\n"))+bytes.Count(content, []byte(",")) > mostValues {
		return nil, fmt.Errorf("%s: more than %d lines and values: shorten the file", fileName, mostValues)
	}
	content = withKnownVersion(content)
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntaxError(fileName, content, err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, fmt.Errorf("%s:%d: a second document begins here: keep everything in the first one", fileName, second.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(fileName, content, err)
	}
	top := &Node{fileName: fileName, raw: first.Content[0]}
	if top.raw.ShortTag() == nullTag && top.raw.Value == "" {
		return nil, nil
	}
	return top, nil
}

// Line returns the line on which the value begins, from 1.
func (n *Node) Line() int { return n.raw.Line }

// CutBy returns the comment after an unquoted value, with its #; empty if there is
// none. In a list of names it may be the rest of a name.
func (n *Node) CutBy() string {
	if n.raw.Kind != yaml.ScalarNode || n.raw.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		return ""
	}
	return n.raw.LineComment
}

// Errorf returns an error about the value that starts with the file, the line and the
// value's key.
func (n *Node) Errorf(format string, arguments ...any) error {
	position := fmt.Sprintf("%s:%d: ", n.fileName, n.raw.Line)
	if n.label != "" {
		position += n.label + ": "
	}
	return fmt.Errorf("%s%w", position, fmt.Errorf(format, arguments...))
}

func firstInvalidLine(content []byte) int {
	end := 0
	for end < len(content) {
		char, size := utf8.DecodeRune(content[end:])
		if char == utf8.RuneError && size == 1 {
			break
		}
		end += size
	}
	return lineAt(content, end)
}

func lineAt(content []byte, position int) int {
	return 1 + bytes.Count(content[:position], []byte("\n"))
}

// controlLine returns the line of the first control character that YAML does not allow,
// 0 if there is none. The library does not report the line.
func controlLine(content []byte) int {
	position := bytes.IndexFunc(content, func(char rune) bool {
		return (char < ' ' && char != '\t' && char != '\n' && char != '\r') || char == 0x7f ||
			(char >= 0x80 && char < 0xa0 && char != 0x85) || char == 0xfffe || char == 0xffff
	})
	if position < 0 {
		return 0
	}
	return lineAt(content, position)
}

var versionHeader = regexp.MustCompile(`^(?:\x{FEFF}?(?:[ \t]*(?:#[^\n]*)?\r?\n)*)%YAML[ \t]+1\.2\b`)

// withKnownVersion lets a file declare YAML 1.2, which the library can read but refuses
// by that name.
func withKnownVersion(content []byte) []byte {
	if end := len(versionHeader.Find(content)); end > 0 {
		content = bytes.Clone(content)
		content[end-1] = '1'
	}
	return content
}

var (
	// libraryLine matches the line in the library's messages.
	libraryLine   = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntaxError turns the library's message into the form of all others. The library
// reports the line itself or the one before, none for the first line, and none for an
// unknown anchor.
func syntaxError(fileName string, content []byte, err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if unknown := unknownAnchor.FindStringSubmatch(message); unknown != nil && bytes.Contains(content, []byte("*"+unknown[1])) {
		return fmt.Errorf("%s:%d: not valid YAML: %s", fileName, anchorLine(content, unknown[1], err), message)
	}
	found := libraryLine.FindStringSubmatch(message)
	if found == nil {
		return fmt.Errorf("%s:1: not valid YAML, here or further down: %s", fileName, message)
	}
	return fmt.Errorf("%s:%s: not valid YAML, on this line or the next: %s", fileName, found[1], message[len(found[0]):])
}

// anchorLine returns the line of the alias without an anchor: of the lines that name
// it, the first after which the library refuses the file.
func anchorLine(content []byte, name string, unknown error) int {
	lines := bytes.SplitAfter(content, []byte("\n"))
	var naming []int
	for i, line := range lines {
		if bytes.Contains(line, []byte("*"+name)) {
			naming = append(naming, i)
		}
	}
	found := sort.Search(len(naming)-1, func(i int) bool {
		decoder := yaml.NewDecoder(bytes.NewReader(bytes.Join(lines[:naming[i]+1], nil)))
		for {
			var document yaml.Node
			if err := decoder.Decode(&document); err != nil {
				return err.Error() == unknown.Error()
			}
		}
	})
	return naming[found] + 1
}
