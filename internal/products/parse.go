package products

import "errors"

// Parse reads plans.yaml. An unknown key, type, level or word and a name in two
// places are errors, each of the form "plans.yaml:12: …" with the file name
// given; all that can be found are reported at once (domain.md, plans.yaml).
func Parse(fileName string, content []byte) (*Plans, error) {
	return nil, errors.New("not read yet")
}
