// Package gitlab is a stand-in for one GitLab project, as far as reading files
// through the API goes. It shares no code with the client.
package gitlab

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// Options of a Server.
type Options struct {
	// Project is the full path of the project, and ProjectID its number; both
	// address it. The path is by default that of the overrides file.
	Project   string
	ProjectID int64
	// DefaultBranch is "main" by default.
	DefaultBranch string
	// Private hides the project from requests without the token.
	Private bool
	// Token is the one PRIVATE-TOKEN that is accepted; empty accepts none.
	Token string
	// Files are there from the beginning, by path.
	Files map[string]string
	// Pipelines are those of another project.
	Pipelines Pipelines
	// Now is the clock of the request log; nil is the time of day.
	Now func() time.Time
	// Wait passes the time of fault.Delay; nil really waits.
	Wait func(ctx context.Context, duration time.Duration) error
}

// Server is the stand-in. It is safe for concurrent use.
type Server struct {
	options Options
	faults  *fault.Injector
	handler http.Handler

	mu         sync.Mutex
	repository repository
}

// New returns a project that holds the files of the options.
func New(options Options) *Server {
	if options.Project == "" {
		options.Project = "gitlab-com/support/zendesk-global/organization-entitlement-overrides"
	}
	if options.DefaultBranch == "" {
		options.DefaultBranch = "main"
	}
	server := &Server{
		options:    options,
		repository: newRepository(options.Files),
		faults: fault.New(fault.Options{
			Routes: []string{
				"/api/v4/projects/*/repository/files/*/raw",
				"/api/v4/projects/*/repository/files/*",
				"/api/v4/projects/*/pipelines",
				"/api/v4/projects/*/pipelines/*",
				"/api/v4/projects/*/pipelines/*/jobs",
				"/api/v4/projects/*/jobs/*/artifacts",
				"/api/v4/projects/*/jobs/artifacts/*/download",
				"/api/v4/projects/*",
				"/storage/*/*",
			},
			Now: options.Now, Wait: options.Wait,
		}),
	}
	server.handler = server.faults.Middleware(http.HandlerFunc(server.answer))
	return server
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	s.handler.ServeHTTP(writer, request)
}

// SetFile commits a file's new content to the default branch and returns the
// id of the commit. The same contents in the same order give the same ids;
// content that is there already makes no commit.
func (s *Server) SetFile(path, content string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repository.set(path, content)
}

// RemoveFile commits the removal of a file and returns the id of the commit.
func (s *Server) RemoveFile(path string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repository.remove(path)
}

// Requests counts the requests so far by method and route.
func (s *Server) Requests() map[string]int { return s.faults.Requests() }

// Faults returns the injector of the server's faults.
func (s *Server) Faults() *fault.Injector { return s.faults }

// answer serves the two ways of reading a file, and the pipelines.
func (s *Server) answer(writer http.ResponseWriter, request *http.Request) {
	project, path, raw, known := fileAddress(request.URL.EscapedPath())
	if !known && s.options.Pipelines.Folder != "" {
		s.pipelines().ServeHTTP(writer, request)
		return
	}
	if !known || request.Method != http.MethodGet && request.Method != http.MethodHead {
		fail(writer, http.StatusNotFound, "404 Not Found")
		return
	}
	token := tokenOf(request)
	if token != "" && token != s.options.Token {
		fail(writer, http.StatusUnauthorized, "401 Unauthorized")
		return
	}
	if !s.isProject(project) || s.options.Private && token == "" {
		fail(writer, http.StatusNotFound, "404 Project Not Found")
		return
	}
	ref := request.URL.Query().Get("ref")
	if ref == "" && !raw {
		writeJSON(writer, http.StatusBadRequest, map[string]string{"error": "ref is missing, ref is empty"})
		return
	}
	if project != s.number() && s.moved(request) {
		s.answerMoved(writer, request, project)
		return
	}
	s.answerFile(writer, path, ref, raw)
}

func (s *Server) number() string { return strconv.FormatInt(s.options.ProjectID, 10) }

func (s *Server) moved(request *http.Request) bool {
	_, moved := s.faults.Take(fault.ProjectMoved, request, nil)
	return moved
}

// answerMoved leads to the project by its number, as GitLab does when a
// project has moved: other methods than GET are refused.
func (s *Server) answerMoved(writer http.ResponseWriter, request *http.Request, project string) {
	if request.Method != http.MethodGet {
		writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
		writer.WriteHeader(http.StatusMethodNotAllowed)
		_, _ = writer.Write([]byte("Non GET methods are not allowed for moved projects\n"))
		return
	}
	location := strings.Replace(request.URL.EscapedPath(), url.PathEscape(project), s.number(), 1)
	writer.Header().Set("Location", "http://"+request.Host+location+"?"+request.URL.RawQuery)
	writer.WriteHeader(http.StatusMovedPermanently)
}

// answerFile sends a file of the project; an empty ref is the default branch.
func (s *Server) answerFile(writer http.ResponseWriter, path, ref string, raw bool) {
	snapshot, found := s.at(ref)
	if !found {
		fail(writer, http.StatusNotFound, "404 Commit Not Found")
		return
	}
	file, found := snapshot.files[path]
	if !found {
		fail(writer, http.StatusNotFound, "404 File Not Found")
		return
	}
	if ref == "" {
		ref = "HEAD"
	}
	described := describe(path, ref, snapshot.id, file)
	described.setHeaders(writer.Header())
	if !raw {
		writeJSON(writer, http.StatusOK, described)
		return
	}
	writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	writer.Header().Set("Content-Length", strconv.Itoa(len(file.content)))
	_, _ = writer.Write([]byte(file.content))
}

// at is the state a ref names: the default branch, HEAD or a commit's id.
func (s *Server) at(ref string) (commit, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ref == "" || ref == "HEAD" || ref == s.options.DefaultBranch {
		return s.repository.head()
	}
	return s.repository.commit(ref)
}

func (s *Server) isProject(name string) bool {
	return strings.EqualFold(name, s.options.Project) ||
		s.options.ProjectID != 0 && name == s.number()
}

// tokenOf is the access token, which GitLab takes from either header.
func tokenOf(request *http.Request) string {
	if token := request.Header.Get("PRIVATE-TOKEN"); token != "" {
		return token
	}
	token, _ := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
	return token
}

// fileAddress splits /api/v4/projects/{project}/repository/files/{path}[/raw],
// in which project and path have their slashes escaped.
func fileAddress(escapedPath string) (project, path string, raw, known bool) {
	rest, isProject := strings.CutPrefix(escapedPath, "/api/v4/projects/")
	escapedProject, rest, hasFiles := strings.Cut(rest, "/repository/files/")
	escapedFile, raw := strings.CutSuffix(rest, "/raw")
	if !isProject || !hasFiles || strings.Contains(escapedProject+escapedFile, "/") {
		return "", "", false, false
	}
	project, projectErr := url.PathUnescape(escapedProject)
	path, pathErr := url.PathUnescape(escapedFile)
	return project, path, raw, projectErr == nil && pathErr == nil && path != ""
}
