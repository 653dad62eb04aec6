package data

import "strings"

// LongID appends the checksum to a 15-character Salesforce id (docs/rules.md,
// Salesforce ids). Text of another length is returned unchanged.
func LongID(short string) string {
	if len(short) != 15 {
		return short
	}
	long := []byte(short)
	for group := 0; group < 3; group++ {
		capitals := 0
		for bit := 0; bit < 5; bit++ {
			if c := short[group*5+bit]; 'A' <= c && c <= 'Z' {
				capitals |= 1 << bit
			}
		}
		long = append(long, "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals])
	}
	return string(long)
}

// numberedID is an 18-character id of the prefix and the number.
func numberedID(prefix string, number uint64) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	short := []byte(prefix + strings.Repeat("0", 15-len(prefix)))
	for i := 14; i >= len(prefix) && number > 0; i-- {
		short[i] = digits[number%62]
		number /= 62
	}
	return LongID(string(short))
}

func shortID(id string) string { return id[:min(len(id), 15)] }
