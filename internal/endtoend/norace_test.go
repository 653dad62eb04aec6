//go:build !race

package endtoend

// watched reports whether the race detector watches the tests: it takes several
// times their memory.
const watched = false
