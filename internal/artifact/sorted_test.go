package artifact

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func openSorted(inputs *Inputs) (texts []string, err error) {
	opened, err := OpenSorted(inputs, orgs, gather, textOf, func(text string) (string, int64) { return text, 0 })
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	for {
		next, err := opened.Next()
		if errors.Is(err, io.EOF) {
			return texts, opened.Finish()
		}
		if err != nil {
			return texts, err
		}
		texts = append(texts, next)
	}
}

func TestASortedInputIsReadAsItStands(t *testing.T) {
	folder := Folder(t.TempDir())
	written := write(t, folder, orgs, gather, Manifest{}, record{"a", 1, "1"}, record{"b", 2, "2"})
	for _, allowed := range []bool{false, true} {
		inputs := &Inputs{Folder: folder, AllowEdited: allowed}
		got, err := openSorted(inputs)
		if err != nil || strings.Join(got, " ") != "1 2" || len(inputs.Files()) != 1 || inputs.Files()[0] != written[0] {
			t.Errorf("edited allowed: %t: %q, %v, %+v", allowed, got, err, inputs.Files())
		}
	}
}

func TestAnEditedInputIsSortedWhereItIsAllowed(t *testing.T) {
	folder := Folder(t.TempDir())
	write(t, folder, orgs, gather, Manifest{}, record{"a", 1, "1"}, record{"b", 2, "2"})
	put(t, folder, orgs, "[\n3,\n1,\n2\n]\n")
	_, err := openSorted(&Inputs{Folder: folder})
	wantProblem(t, err, orgs, "does not match "+gather)
	inputs := &Inputs{Folder: folder, AllowEdited: true}
	if got, err := openSorted(inputs); err != nil || strings.Join(got, " ") != "1 2 3" || inputs.Files()[0].Records != 3 {
		t.Errorf("%q, %v, %+v", got, err, inputs.Files())
	}
	put(t, folder, orgs, "[\n3,\n1,\n3\n]\n")
	_, err = openSorted(&Inputs{Folder: folder, AllowEdited: true})
	wantProblem(t, err, orgs, "has two records of account 3")
	put(t, folder, orgs, "[\n1,\n2,\n4\n]\n")
	_, err = openSorted(&Inputs{Folder: folder})
	wantProblem(t, err, orgs, "does not match "+gather)
	put(t, folder, orgs, "[\n1,\n2")
	_, err = openSorted(&Inputs{Folder: folder, AllowEdited: true})
	wantProblem(t, err, orgs, "is not a readable artifact")
}
