package endtoend

import (
	"fmt"
	"strings"
	"unicode"
)

// shown are the characters of a text for people that a terminal may act on,
// or that turn its reading direction.
func shown(text string) string {
	var odd []string
	for _, char := range text {
		if char != '\n' && char != '\t' && (unicode.IsControl(char) || unicode.Is(unicode.Cf, char)) {
			odd = append(odd, fmt.Sprintf("%U", char))
		}
	}
	return strings.Join(odd, " ")
}
