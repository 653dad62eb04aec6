//go:build race

package endtoend

// buildFlags builds the program as the tests are built, so that a race in it
// shows and its packages are compiled once.
func buildFlags() []string { return []string{"-race"} }
