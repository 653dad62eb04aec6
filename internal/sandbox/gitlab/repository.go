package gitlab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// repository is one branch: its commits, the oldest first.
type repository struct {
	commits []commit
}

// commit is the state of all files after it.
type commit struct {
	id    string
	files map[string]file
}

// file is a content with the commit that last changed it.
type file struct {
	content    string
	lastCommit string
}

// newRepository commits the files one by one, by path.
func newRepository(files map[string]string) repository {
	var made repository
	for _, path := range slices.Sorted(maps.Keys(files)) {
		made.set(path, files[path])
	}
	return made
}

// set commits a file's new content. The id is a hash of what the commit is
// made of, as git's are.
func (r *repository) set(path, content string) string {
	present, _ := r.head()
	if was, there := present.files[path]; there && was.content == content {
		return present.id
	}
	id := digest(present.id, "set", path, content)
	files := maps.Clone(present.files)
	if files == nil {
		files = make(map[string]file)
	}
	files[path] = file{content: content, lastCommit: id}
	r.commits = append(r.commits, commit{id: id, files: files})
	return id
}

// remove commits the removal of a file that is there.
func (r *repository) remove(path string) string {
	present, _ := r.head()
	if _, there := present.files[path]; !there {
		return present.id
	}
	id := digest(present.id, "remove", path)
	files := maps.Clone(present.files)
	delete(files, path)
	r.commits = append(r.commits, commit{id: id, files: files})
	return id
}

// head is the newest commit; an empty repository has none.
func (r *repository) head() (commit, bool) {
	if len(r.commits) == 0 {
		return commit{}, false
	}
	return r.commits[len(r.commits)-1], true
}

// commit finds a commit by its whole id.
func (r *repository) commit(id string) (commit, bool) {
	at := slices.IndexFunc(r.commits, func(made commit) bool { return made.id == id })
	if at < 0 {
		return commit{}, false
	}
	return r.commits[at], true
}

// digest is forty hex digits over the parts, as long as git's ids are.
func digest(parts ...string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", parts))
	return hex.EncodeToString(sum[:20])
}
