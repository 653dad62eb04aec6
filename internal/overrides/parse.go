package overrides

import "errors"

// Parse reads the overrides file. An unknown key, a value of the wrong kind, a
// missing or invalid id and a second entry for one id and instance are errors,
// each of the form "overrides.yaml:12: …" with the file name given; all that
// can be found are reported at once, since a broken file must not silently
// withdraw support. An empty file is no overrides (domain.md, Overrides file).
func Parse(fileName string, content []byte) (*Overrides, error) {
	return nil, errors.New("not read yet")
}
