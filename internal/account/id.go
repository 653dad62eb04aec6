package account

import (
	"fmt"
	"strings"
)

// ID is the 18-character form of a Salesforce account id: 15 case-sensitive
// characters and a checksum that survives case folding (docs/rules.md,
// Salesforce ids). The zero value is not an id.
type ID string

const (
	shortIDLength = 15
	fullIDLength  = 18
	accountPrefix = "001"
	checksumCodes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
)

// ParseID reads an id of 15 or 18 characters, trimmed, and returns its
// 18-character form. The checksum of an 18-character id must match exactly.
func ParseID(text string) (ID, error) {
	text = strings.TrimSpace(text)
	if len(text) == fullIDLength {
		return ParseFullID(text)
	}
	if len(text) != shortIDLength {
		return "", fmt.Errorf("salesforce id %.60q has %d characters, not 15 or 18", text, len(text))
	}
	if err := checkShortID(text); err != nil {
		return "", err
	}
	return ID(text + checksum(text)), nil
}

// ParseFullID reads an 18-character id as Salesforce gives it, untrimmed.
func ParseFullID(text string) (ID, error) {
	if len(text) != fullIDLength {
		return "", fmt.Errorf("salesforce id %.60q has %d characters, not 18", text, len(text))
	}
	short := text[:shortIDLength]
	if err := checkShortID(short); err != nil {
		return "", err
	}
	if want := checksum(short); text[shortIDLength:] != want {
		return "", fmt.Errorf("salesforce id %.60q has a wrong checksum: %.60q belongs to its first 15 characters", text, want)
	}
	return ID(text), nil
}

// Short returns the first 15 characters, the form of sfdc_short_id.
func (id ID) Short() string {
	if len(id) < shortIDLength {
		return string(id)
	}
	return string(id[:shortIDLength])
}

// ShortOf returns the first 15 characters of a text, and whether it has that
// many.
func ShortOf(text string) (short string, ok bool) {
	if len(text) < shortIDLength {
		return "", false
	}
	return text[:shortIDLength], true
}

// UnmarshalText reads an id of an artifact: 18 characters.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseFullID(string(text))
	*id = parsed
	return err
}

func checkShortID(short string) error {
	if !strings.HasPrefix(short, accountPrefix) {
		return fmt.Errorf("salesforce id %.60q does not begin with %s, so it is not an account", short, accountPrefix)
	}
	for _, char := range []byte(short) {
		if !isDigit(char) && !isUpper(char) && (char < 'a' || char > 'z') {
			return fmt.Errorf("salesforce id %.60q holds %.60q: only letters and digits are allowed", short, char)
		}
	}
	return nil
}

func checksum(short string) string {
	var codes [3]byte
	for group := range codes {
		value := 0
		for bit := range 5 {
			if isUpper(short[group*5+bit]) {
				value |= 1 << bit
			}
		}
		codes[group] = checksumCodes[value]
	}
	return string(codes[:])
}

func isUpper(char byte) bool { return char >= 'A' && char <= 'Z' }

func isDigit(char byte) bool { return char >= '0' && char <= '9' }
