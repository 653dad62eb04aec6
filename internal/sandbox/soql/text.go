package soql

import (
	"strconv"
	"strings"
)

// unescape takes the quotes off a string literal and reads its escapes. The
// pattern escapes \% and \_ stand for themselves, as there is no LIKE.
func unescape(quoted string) (string, bool) {
	rest := quoted[1 : len(quoted)-1]
	var text strings.Builder
	for {
		plain, escaped, found := strings.Cut(rest, `\`)
		text.WriteString(plain)
		if !found {
			return text.String(), true
		}
		if escaped == "" {
			return "", false
		}
		if escaped[0] == 'u' {
			if len(escaped) < 5 {
				return "", false
			}
			code, err := strconv.ParseUint(escaped[1:5], 16, 16)
			if err != nil {
				return "", false
			}
			text.WriteRune(rune(code))
			rest = escaped[5:]
			continue
		}
		at := strings.IndexByte(`nrtbfNRTBF'"\_%`, escaped[0])
		if at < 0 {
			return "", false
		}
		text.WriteByte("\n\r\t\b\f\n\r\t\b\f'\"\\_%"[at])
		rest = escaped[1:]
	}
}
