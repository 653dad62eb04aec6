// Package strictyaml reads the YAML files that people keep, and takes nothing
// for granted in them: one document, no key twice, no value of another kind
// than the one asked for, and the file and line in every error. It is the only
// place that knows the YAML library.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Node is one value of a file, with where it stands.
type Node struct {
	fileName string
	// label is the key that the value stands under, empty at the top.
	label string
	raw   *yaml.Node
}

// Document returns the top value of the file, nil when it holds nothing but
// comments. A second document is an error: it would be read by nobody.
func Document(fileName string, content []byte) (*Node, error) {
	if !utf8.Valid(content) {
		return nil, fmt.Errorf("%s:%d: no valid UTF-8: save the file in this encoding", fileName, firstInvalidLine(content))
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntaxError(fileName, err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, fmt.Errorf("%s:%d: a second document begins here: keep everything in the first one", fileName, second.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(fileName, err)
	}
	top := &Node{fileName: fileName, raw: first.Content[0]}
	if top.raw.ShortTag() == nullTag && top.raw.Value == "" {
		return nil, nil
	}
	return top, nil
}

// Line is where the value begins, counted from 1.
func (node *Node) Line() int { return node.raw.Line }

// Errorf returns an error about the value, that begins with the file, the line
// and the key that the value stands under.
func (node *Node) Errorf(format string, arguments ...any) error {
	position := fmt.Sprintf("%s:%d: ", node.fileName, node.raw.Line)
	if node.label != "" {
		position += node.label + ": "
	}
	return fmt.Errorf("%s%w", position, fmt.Errorf(format, arguments...))
}

func firstInvalidLine(content []byte) int {
	line := 1
	for len(content) > 0 {
		char, size := utf8.DecodeRune(content)
		if char == utf8.RuneError && size == 1 {
			break
		}
		if char == '\n' {
			line++
		}
		content = content[size:]
	}
	return line
}

// libraryLine is how the library's messages give the line.
var libraryLine = regexp.MustCompile(`^line (\d+): `)

// syntaxError puts the library's message in the form of all others. The library
// gives the line itself or the one before, and none at all for the first line
// and for some of its errors.
func syntaxError(fileName string, err error) error {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	found := libraryLine.FindStringSubmatch(message)
	if found == nil {
		return fmt.Errorf("%s:1: no valid YAML, here or further down: %s", fileName, message)
	}
	return fmt.Errorf("%s:%s: no valid YAML, on this line or the next: %s", fileName, found[1], message[len(found[0]):])
}
