package gitlab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/xanzy/go-gitlab"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// PipelineConfig names the project whose pipelines are read.
type PipelineConfig struct {
	URL   *url.URL
	Token string
	// JobToken is set for the token of a running job, which may fetch artifacts
	// but not list pipelines.
	JobToken bool
	// Project is its path or number.
	Project string
	// Ref is the branch whose pipelines count; empty is the default branch, which a job
	// token cannot look up.
	Ref string
}

// Pipeline is a pipeline with the artifacts of its jobs.
type Pipeline struct {
	// ID and Address are the pipeline's; a job token cannot look them up.
	ID      int
	Address string

	client  *gitlab.Client
	config  PipelineConfig
	options transport.Options
	jobs    map[string]int
}

// ErrNoArchive means that a job has no artifacts, or that they have expired.
var ErrNoArchive = errors.New("no artifacts")

// largestArchive is the size limit for one job's artifacts, in bytes.
const largestArchive = 1 << 30

// OpenPipeline finds a pipeline by its id; 0 is the last finished one of the branch in
// which a job with one of the names ran. With a job token it is the last successful one
// of the branch, whichever jobs ran in it.
func OpenPipeline(ctx context.Context, config PipelineConfig, options transport.Options, id int, written []string) (*Pipeline, error) {
	options.Service, options.Base, options.AnyBody, options.Describe = "GitLab", config.URL, true, describePipelines
	options.Policy.MaxBody = largestArchive
	options.Settings = transport.Settings{URL: "GITLAB_URL", Credentials: "GITLAB_PIPELINES_TOKEN or GITLAB_TOKEN"}
	options.Secrets.Add(config.Token)
	set := []gitlab.ClientOptionFunc{gitlab.WithBaseURL(config.URL.String()), gitlab.WithHTTPClient(transport.New(options).Client()), gitlab.WithoutRetries()}
	pipeline := &Pipeline{config: config, options: options}
	var err error
	if config.JobToken {
		pipeline.client, err = gitlab.NewJobClient(config.Token, set...)
		return pipeline, err
	}
	if pipeline.client, err = gitlab.NewClient(config.Token, set...); err != nil {
		return nil, fmt.Errorf("setting up GitLab: %w; check GITLAB_URL", err)
	}
	if err = pipeline.find(ctx, id, written); err != nil {
		return nil, fmt.Errorf("looking for a pipeline of %s: %w", config.Project, transport.Simplify(err))
	}
	return pipeline, nil
}

// describePipelines finds GitLab's message, and the setting it is about.
func describePipelines(status int, body []byte) transport.Words {
	words := wordsOf(body)
	if status == http.StatusNotFound {
		words.Advice = "check --project and --pipeline, and the token: what it may not see is reported as not found"
	}
	return words
}

// find looks the pipeline and its jobs up.
func (p *Pipeline) find(ctx context.Context, id int, written []string) error {
	within := gitlab.WithContext(ctx)
	if id != 0 {
		pipeline, _, err := p.client.Pipelines.GetPipeline(p.config.Project, id, within)
		if err != nil {
			return err
		}
		p.ID, p.Address = pipeline.ID, pipeline.WebURL
		p.jobs, err = p.jobsOf(ctx, id)
		return err
	}
	ref := p.config.Ref
	if ref == "" {
		project, _, err := p.client.Projects.GetProject(p.config.Project, nil, within)
		if err != nil {
			return err
		}
		ref = project.DefaultBranch
	}
	const looked = 50
	finished, newest, descending := "finished", "id", "desc"
	listed, _, err := p.client.Pipelines.ListProjectPipelines(p.config.Project, &gitlab.ListProjectPipelinesOptions{
		ListOptions: gitlab.ListOptions{PerPage: looked}, Ref: &ref, Scope: &finished, OrderBy: &newest, Sort: &descending,
	}, within)
	if err != nil {
		return err
	}
	for _, pipeline := range listed {
		jobs, err := p.jobsOf(ctx, pipeline.ID)
		if err != nil {
			return err
		}
		for _, name := range written {
			if _, ran := jobs[name]; ran {
				p.ID, p.Address, p.jobs = pipeline.ID, pipeline.WebURL, jobs
				return nil
			}
		}
	}
	return fmt.Errorf("none of the last %d finished pipelines of %s has run a sync; name one with --pipeline", len(listed), ref)
}

// jobsOf returns the ids of the jobs that have artifacts, by name.
func (p *Pipeline) jobsOf(ctx context.Context, id int) (map[string]int, error) {
	jobs := map[string]int{}
	options := &gitlab.ListJobsOptions{ListOptions: gitlab.ListOptions{PerPage: 100, Page: 1}}
	for options.Page != 0 {
		listed, answer, err := p.client.Jobs.ListPipelineJobs(p.config.Project, id, options, gitlab.WithContext(ctx))
		if err != nil {
			return nil, err
		}
		for _, job := range listed {
			if job.ArtifactsFile.Filename != "" {
				jobs[job.Name] = job.ID
			}
		}
		options.Page = answer.NextPage
	}
	return jobs, nil
}

// Archive downloads the artifacts of the job as a zip file. A job without artifacts is
// ErrNoArchive.
func (p *Pipeline) Archive(ctx context.Context, job string) ([]byte, error) {
	content, err := p.fetch(ctx, job)
	failure := transport.AsError(err)
	switch {
	case err == nil || errors.Is(err, ErrNoArchive):
		return content, err
	case failure != nil && failure.Status == http.StatusNotFound:
		return nil, fmt.Errorf("job %s: %w", job, ErrNoArchive)
	case failure != nil && failure.Location != "":
		content, err = p.follow(ctx, failure.Location)
	}
	if err != nil {
		return nil, fmt.Errorf("fetching the artifacts of %s: %w", job, transport.Simplify(err))
	}
	return content, nil
}

func (p *Pipeline) fetch(ctx context.Context, job string) ([]byte, error) {
	within := gitlab.WithContext(ctx)
	var reader *bytes.Reader
	var err error
	if p.config.JobToken {
		reader, _, err = p.client.Jobs.DownloadArtifactsFile(p.config.Project, p.config.Ref, &gitlab.DownloadArtifactsFileOptions{Job: &job}, within)
	} else {
		id, kept := p.jobs[job]
		if !kept {
			return nil, fmt.Errorf("job %s: %w", job, ErrNoArchive)
		}
		reader, _, err = p.client.Jobs.GetJobArtifacts(p.config.Project, id, within)
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// follow downloads an archive from GitLab's storage without the token: the address
// itself gives access, for some minutes.
func (p *Pipeline) follow(ctx context.Context, location string) ([]byte, error) {
	address, err := url.Parse(location)
	if err != nil || address.Scheme != "https" && !isLoopback(address) {
		return nil, errors.New("GitLab keeps it at an address that is not https, which is not followed")
	}
	options := p.options
	options.Service, options.Base, options.Authorization, options.Describe = "GitLab's storage", &url.URL{Scheme: address.Scheme, Host: address.Host}, nil, nil
	options.Settings = transport.Settings{}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := transport.New(options).Client().Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

func isLoopback(address *url.URL) bool {
	return address.Scheme == "http" && strings.HasPrefix(address.Hostname(), "127.")
}
