//go:build !race

package endtoend

// buildFlags builds the program as the tests are built.
func buildFlags() []string { return nil }
