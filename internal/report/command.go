package report

import "strings"

// defaultDataDir is where commands look without --data-dir.
const defaultDataDir = "data"

// Command returns a command of this program for the subject's data folder, in a form
// that can be pasted into a shell.
func (s Subject) Command(words ...string) string {
	words = append([]string{"zd-sfdc-sync"}, words...)
	if s.DataDir != "" && s.DataDir != defaultDataDir {
		words = append(words, "--data-dir", s.DataDir)
	}
	for i, word := range words {
		words[i] = quoted(word)
	}
	return strings.Join(words, " ")
}

// quoted returns the word with the quotes that a shell needs.
func quoted(word string) string {
	const harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%"
	if word != "" && strings.Trim(word, harmless) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
