// Package gitlab downloads the overrides file from its project, and the artifacts of
// pipelines. No other package uses the GitLab library.
package gitlab

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/xanzy/go-gitlab"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Config names the overrides file. Token is empty for a public project; Ref is empty
// for the default branch.
type Config struct {
	URL                *url.URL
	Token              string
	Project, Path, Ref string
}

// File is the raw content of a file and the commit that it came from.
type File struct {
	Content []byte
	Commit  string

	requests transport.Stats
}

// Stats returns the statistics of the requests to GitLab for the file.
func (f File) Stats() transport.Stats { return f.requests }

// Fetch reads the latest version of the file. The content is that of the commit: if the
// file changes between the two requests, Fetch repeats them.
func Fetch(ctx context.Context, config Config, options transport.Options) (File, error) {
	client, web, err := newClient(config, options)
	if err != nil {
		return File{}, err
	}
	const tries = 3
	for range tries {
		file, whole, err := fetch(ctx, client, config)
		if err != nil {
			return File{}, fmt.Errorf("reading %s of %s: %w", config.Path, config.Project, options.Secrets.Error(transport.Simplify(err)))
		}
		if whole {
			file.Content = []byte(options.Secrets.Data(string(file.Content)))
			file.requests = web.Stats()
			return file, nil
		}
	}
	return File{}, fmt.Errorf("reading %s of %s: the content did not match GitLab's SHA-256 in %d attempts; check GITLAB_URL, or run again later",
		config.Path, config.Project, tries)
}

// largestFile is the size limit for an overrides file, in bytes.
const largestFile = 24 << 20

func newClient(config Config, options transport.Options) (*gitlab.Client, *transport.Transport, error) {
	options.Service = "GitLab"
	options.Base = config.URL
	options.AnyBody = true
	options.Policy.MaxBody = largestFile
	options.Describe = describe
	options.Settings = transport.Settings{URL: "GITLAB_URL", Credentials: "GITLAB_TOKEN"}
	options.Secrets.Add(config.Token)
	counted := transport.New(options)
	web := counted.Client()
	if config.Token == "" {
		web.Transport = withoutToken{web.Transport}
	}
	client, err := gitlab.NewClient(config.Token, gitlab.WithBaseURL(config.URL.String()),
		gitlab.WithHTTPClient(web), gitlab.WithoutRetries())
	if err != nil {
		return nil, nil, fmt.Errorf("setting up GitLab: %w; check GITLAB_URL", err)
	}
	return client, counted, nil
}

// withoutToken removes the header that the library sends empty without a token: a proxy
// may refuse it as a wrong token.
type withoutToken struct{ next http.RoundTripper }

func (w withoutToken) RoundTrip(request *http.Request) (*http.Response, error) {
	bare := request.Clone(request.Context())
	bare.Header.Del("Private-Token")
	return w.next.RoundTrip(bare)
}

func fetch(ctx context.Context, client *gitlab.Client, config Config) (file File, whole bool, err error) {
	options := &gitlab.GetRawFileOptions{}
	if config.Ref != "" {
		options.Ref = &config.Ref
	}
	// The library reads metadata of files, but not with their raw content, which is the
	// only form that needs no ref.
	path := fmt.Sprintf("projects/%s/repository/files/%s/raw", gitlab.PathEscape(config.Project), gitlab.PathEscape(config.Path))
	ask := func(method string, into any) (http.Header, error) {
		request, err := client.NewRequest(method, path, options, []gitlab.RequestOptionFunc{gitlab.WithContext(ctx)})
		if err != nil {
			return nil, err
		}
		answer, err := client.Do(request, into)
		if err != nil {
			return nil, err
		}
		return answer.Header, nil
	}
	var content bytes.Buffer
	given, err := ask(http.MethodGet, &content)
	if err != nil {
		return File{}, false, err
	}
	want, commit := given.Get(digestHeader), given.Get(commitHeader)
	if want == "" || commit == "" {
		// A proxy removed the headers.
		described, err := ask(http.MethodHead, nil)
		if err != nil && want == "" {
			return File{}, false, err
		}
		want, commit = cmp.Or(want, described.Get(digestHeader)), cmp.Or(commit, described.Get(commitHeader))
	}
	digest := sha256.Sum256(content.Bytes())
	// An answer without a digest did not come from GitLab. Its body must not be used as
	// the overrides: an empty or truncated one would withdraw support.
	whole = want == hex.EncodeToString(digest[:])
	if !commitID.MatchString(commit) {
		commit = ""
	}
	return File{Content: content.Bytes(), Commit: commit}, whole, nil
}

// commitID matches the id of a commit; nothing else is recorded as one.
var commitID = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

// These headers describe the file in the body.
const (
	digestHeader = "X-Gitlab-Content-Sha256"
	commitHeader = "X-Gitlab-Last-Commit-Id"
)

// describe finds GitLab's message, and the variable it is about.
func describe(status int, body []byte) transport.Words {
	words := wordsOf(body)
	words.Advice = advice(status, words)
	return words
}

// wordsOf finds GitLab's message.
func wordsOf(body []byte) transport.Words {
	var answer struct {
		Message     json.RawMessage `json:"message"`
		Error       string          `json:"error"`
		Description string          `json:"error_description"`
	}
	var words transport.Words
	if json.Unmarshal(body, &answer) == nil {
		if json.Unmarshal(answer.Message, &words.Message) != nil {
			words.Message = string(answer.Message)
		}
		words.Code, words.Message = answer.Error, words.Message+answer.Description
	}
	return words
}

// advice is what the operator can do, empty if the HTTP status decides it.
func advice(status int, words transport.Words) string {
	message := strings.ToLower(words.Message)
	switch {
	case status == http.StatusMovedPermanently, status == http.StatusPermanentRedirect, status == http.StatusMethodNotAllowed:
		return "the project may have moved: set OVERRIDES_PROJECT to its present path, or GITLAB_URL to the final address; redirects are not followed"
	case strings.Contains(words.Code+message, "insufficient_scope"):
		return "give GITLAB_TOKEN the scope read_repository or read_api"
	case status != http.StatusNotFound:
		return ""
	case strings.Contains(message, "file"):
		return "check OVERRIDES_PATH, and OVERRIDES_REF"
	case strings.Contains(message, "commit"), strings.Contains(message, "ref"):
		return "check OVERRIDES_REF: the branch, tag or commit is not there"
	case strings.Contains(message, "project"):
		return "check OVERRIDES_PROJECT, and GITLAB_TOKEN: a project that the token may not see is reported as not found"
	}
	return "check GITLAB_URL, OVERRIDES_PROJECT, OVERRIDES_PATH and OVERRIDES_REF, and GITLAB_TOKEN: what the token may not see is reported as not found"
}
