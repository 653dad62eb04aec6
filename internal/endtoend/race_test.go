//go:build race

package endtoend

const watched = true
