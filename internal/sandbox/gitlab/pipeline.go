package gitlab

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Pipelines are those of another project than that of the files, as a folder
// has them: its subfolders are pipelines by their numbers, theirs are jobs by
// their names, with the files that they kept. A file `status` in a pipeline's
// folder holds its status; without one it is a success.
type Pipelines struct {
	// Project is the full path of the project, and ProjectID its number.
	Project   string
	ProjectID int64
	// JobToken is the JOB-TOKEN that may fetch artifacts; empty accepts none.
	JobToken string
	// Folder is looked at with each request; empty has no pipelines.
	Folder string
	// Storage answers artifacts with a redirect to where they are kept, which
	// needs no token.
	Storage bool
}

func (s *Server) pipelines() *http.ServeMux {
	mux := http.NewServeMux()
	const project = "GET /api/v4/projects/{project}"
	mux.HandleFunc(project, s.ofPipelines(s.showProject, false))
	mux.HandleFunc(project+"/pipelines", s.ofPipelines(s.listPipelines, false))
	mux.HandleFunc(project+"/pipelines/{pipeline}", s.ofPipelines(s.showPipeline, false))
	mux.HandleFunc(project+"/pipelines/{pipeline}/jobs", s.ofPipelines(s.listJobs, false))
	mux.HandleFunc(project+"/jobs/{job}/artifacts", s.ofPipelines(s.jobArtifacts, true))
	mux.HandleFunc(project+"/jobs/artifacts/{ref}/download", s.ofPipelines(s.latestArtifacts, true))
	mux.HandleFunc("GET /storage/{pipeline}/{job}", s.stored)
	return mux
}

// ofPipelines lets requests to the project through whose token is good: that of
// a job for artifacts alone.
func (s *Server) ofPipelines(next http.HandlerFunc, byJob bool) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		of := s.options.Pipelines
		token, job := tokenOf(request), request.Header.Get("JOB-TOKEN")
		switch {
		case token == "" && job == "", token != "" && token != s.options.Token, token == "" && (job != of.JobToken || of.JobToken == ""):
			fail(writer, http.StatusUnauthorized, "401 Unauthorized")
		case !s.isPipelines(request.PathValue("project")):
			fail(writer, http.StatusNotFound, "404 Project Not Found")
		case token == "" && !byJob:
			fail(writer, http.StatusForbidden, "403 Forbidden")
		default:
			next(writer, request)
		}
	}
}

func (s *Server) isPipelines(project string) bool {
	of := s.options.Pipelines
	return of.Folder != "" && (strings.EqualFold(project, of.Project) || project == strconv.FormatInt(of.ProjectID, 10))
}

func (s *Server) showProject(writer http.ResponseWriter, _ *http.Request) {
	of := s.options.Pipelines
	writeJSON(writer, http.StatusOK, map[string]any{
		"id": of.ProjectID, "path_with_namespace": of.Project, "default_branch": s.options.DefaultBranch,
	})
}

// numbers are the pipelines, the newest first.
func (s *Server) numbers() []int {
	entries, _ := os.ReadDir(s.options.Pipelines.Folder)
	var numbers []int
	for _, entry := range entries {
		if number, err := strconv.Atoi(entry.Name()); err == nil && number > 0 {
			numbers = append(numbers, number)
		}
	}
	slices.SortFunc(numbers, func(a, b int) int { return cmp.Compare(b, a) })
	return numbers
}

func (s *Server) folderOf(number int) string {
	return filepath.Join(s.options.Pipelines.Folder, strconv.Itoa(number))
}

func (s *Server) statusOf(number int) string {
	content, _ := os.ReadFile(filepath.Join(s.folderOf(number), "status"))
	return cmp.Or(strings.TrimSpace(string(content)), "success")
}

func (s *Server) pipelineBody(request *http.Request, number int) map[string]any {
	return map[string]any{
		"id": number, "iid": number, "ref": s.options.DefaultBranch, "source": "schedule", "status": s.statusOf(number),
		"web_url": "http://" + request.Host + "/" + s.options.Pipelines.Project + "/-/pipelines/" + strconv.Itoa(number),
	}
}

// listPipelines lists those of one page and ref; scope=finished leaves out
// those that still run.
func (s *Server) listPipelines(writer http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	listed := []map[string]any{}
	for _, number := range s.numbers() {
		running := slices.Contains([]string{"running", "pending", "created"}, s.statusOf(number))
		if ref := query.Get("ref"); ref != "" && ref != s.options.DefaultBranch || query.Get("scope") == "finished" && running {
			continue
		}
		listed = append(listed, s.pipelineBody(request, number))
	}
	writePage(writer, request, listed)
}

func (s *Server) showPipeline(writer http.ResponseWriter, request *http.Request) {
	if number, known := s.pipelineOf(request); known {
		writeJSON(writer, http.StatusOK, s.pipelineBody(request, number))
		return
	}
	fail(writer, http.StatusNotFound, "404 Not found")
}

func (s *Server) pipelineOf(request *http.Request) (int, bool) {
	number, err := strconv.Atoi(request.PathValue("pipeline"))
	return number, err == nil && slices.Contains(s.numbers(), number)
}

// jobsOf are the names of a pipeline's jobs.
func (s *Server) jobsOf(number int) []string {
	entries, _ := os.ReadDir(s.folderOf(number))
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

// jobsAPipeline is how far apart the numbers of the first jobs of two pipelines
// are.
const jobsAPipeline = 1000

func (s *Server) listJobs(writer http.ResponseWriter, request *http.Request) {
	number, known := s.pipelineOf(request)
	if !known {
		fail(writer, http.StatusNotFound, "404 Not found")
		return
	}
	listed := []map[string]any{}
	for i, name := range s.jobsOf(number) {
		listed = append(listed, map[string]any{
			"id": number*jobsAPipeline + i, "name": name, "status": "success", "ref": s.options.DefaultBranch,
			"artifacts_file": map[string]any{"filename": "artifacts.zip", "size": 1},
		})
	}
	writePage(writer, request, listed)
}

// writePage answers one page of a list, and where the next one is.
func writePage(writer http.ResponseWriter, request *http.Request, listed []map[string]any) {
	page, _ := strconv.Atoi(request.URL.Query().Get("page"))
	size, _ := strconv.Atoi(request.URL.Query().Get("per_page"))
	page, size = max(page, 1), min(max(size, 1), 100)
	if request.URL.Query().Get("per_page") == "" {
		size = 20
	}
	from := min((page-1)*size, len(listed))
	to := min(from+size, len(listed))
	writer.Header().Set("X-Page", strconv.Itoa(page))
	if to < len(listed) {
		writer.Header().Set("X-Next-Page", strconv.Itoa(page+1))
	}
	writeJSON(writer, http.StatusOK, listed[from:to])
}

func (s *Server) jobArtifacts(writer http.ResponseWriter, request *http.Request) {
	id, _ := strconv.Atoi(request.PathValue("job"))
	number := id / jobsAPipeline
	if jobs := s.jobsOf(number); id%jobsAPipeline < len(jobs) {
		s.artifacts(writer, request, number, jobs[id%jobsAPipeline])
		return
	}
	fail(writer, http.StatusNotFound, "404 Not found")
}

// latestArtifacts answers those of the last successful pipeline, whatever ran
// in it.
func (s *Server) latestArtifacts(writer http.ResponseWriter, request *http.Request) {
	job := request.URL.Query().Get("job")
	for _, number := range s.numbers() {
		if s.statusOf(number) != "success" || request.PathValue("ref") != s.options.DefaultBranch {
			continue
		}
		if slices.Contains(s.jobsOf(number), job) {
			s.artifacts(writer, request, number, job)
			return
		}
		break
	}
	fail(writer, http.StatusNotFound, "404 Not Found")
}

func (s *Server) artifacts(writer http.ResponseWriter, request *http.Request, number int, job string) {
	if s.options.Pipelines.Storage {
		writer.Header().Set("Location", fmt.Sprintf("http://%s/storage/%d/%s", request.Host, number, url.PathEscape(job)))
		writer.WriteHeader(http.StatusFound)
		return
	}
	s.send(writer, number, job)
}

// stored answers with an archive from where it is kept. Requests with a token are
// refused.
func (s *Server) stored(writer http.ResponseWriter, request *http.Request) {
	number, known := s.pipelineOf(request)
	job := request.PathValue("job")
	if tokenOf(request) != "" || request.Header.Get("JOB-TOKEN") != "" {
		fail(writer, http.StatusBadRequest, "a token was sent to the storage")
		return
	}
	if !known || !slices.Contains(s.jobsOf(number), job) {
		fail(writer, http.StatusNotFound, "404 Not Found")
		return
	}
	s.send(writer, number, job)
}

func (s *Server) send(writer http.ResponseWriter, number int, job string) {
	content, err := archive(filepath.Join(s.folderOf(number), job))
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	writer.Header().Set("Content-Type", "application/octet-stream")
	writer.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = writer.Write(content)
}

// archive packs what a job kept.
func archive(folder string) ([]byte, error) {
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := archive.CreateHeader(&zip.FileHeader{Name: filepath.ToSlash(name), Method: zip.Deflate, Modified: time.Unix(0, 0)})
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return err
	})
	if err == nil {
		err = archive.Close()
	}
	return packed.Bytes(), err
}
