package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// forms returns the forms in which services echo a secret: unchanged and without
// surrounding white space, percent-encoded, JSON- and HTML-escaped, once and twice, in
// base64 alone and within more, in hex, in the other case.
func forms(secret string) []string {
	texts := []string{secret, strings.TrimSpace(secret), strings.ToUpper(secret), strings.ToLower(secret)}
	slices.Sort(texts)
	var all []string
	for _, text := range slices.Compact(texts) {
		all = append(all, text, url.QueryEscape(text), url.PathEscape(text), componentEscape(text),
			strings.ReplaceAll(text, "/", `\/`), html.EscapeString(text), htmlNumbers(text), hex.EncodeToString([]byte(text)),
			escaped(text, isNotASCII), escaped(text, func(rune) bool { return true }))
		for _, quoted := range quotings(text) {
			all = append(all, quoted)
			all = append(all, quotings(quoted)...)
			all = append(all, html.EscapeString(quoted), escaped(quoted, isNotASCII))
		}
		all = append(all, inBase64(text)...)
	}
	return all
}

func isNotASCII(char rune) bool { return char > '~' }

// componentEscape is JavaScript's encodeURIComponent: the encoding of a query except
// for the space and the marks that it leaves unchanged.
func componentEscape(text string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(text))
}

// htmlNumbers escapes for HTML with the numbers that other escapers use.
func htmlNumbers(text string) string {
	var out strings.Builder
	for _, char := range []byte(text) {
		switch char {
		case '&', '<', '>':
			out.WriteString(html.EscapeString(string(char)))
		case '"':
			out.WriteString("&quot;")
		case '\'', '/', '`', '=':
			fmt.Fprintf(&out, "&#x%02X;", char)
		default:
			out.WriteByte(char)
		}
	}
	return out.String()
}

// quotings returns the text in the forms it has between the quotes of a JSON string:
// encoders differ in whether they escape & < > and /.
func quotings(text string) []string {
	plain := quoted(text, false)
	return []string{plain, quoted(text, true), strings.ReplaceAll(plain, "/", `\/`)}
}

func quoted(text string, escapeHTML bool) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(escapeHTML)
	if encoder.Encode(text) != nil {
		return text
	}
	return strings.TrimSuffix(strings.TrimPrefix(out.String(), `"`), "\"\n")
}

// escaped writes characters as \u and four hexadecimal digits.
func escaped(text string, which func(rune) bool) string {
	var out strings.Builder
	for _, char := range text {
		if !which(char) {
			out.WriteRune(char)
			continue
		}
		for _, unit := range utf16.Encode([]rune{char}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.String()
}

// inBase64 returns the text in base64, also after one or two other bytes: if anything
// is encoded together with a secret, such as its id before it, one of the three
// contains all of it but the ends.
func inBase64(text string) []string {
	var all []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		all = append(all, encoding.EncodeToString([]byte(text)))
		for before := range 3 {
			whole := encoding.EncodeToString(append(make([]byte, before), text...))
			// Characters that contain bits of other bytes are left out.
			first, last := (before*8+5)/6, (before+len(text))*8/6
			all = append(all, whole[first:last])
		}
	}
	return all
}
