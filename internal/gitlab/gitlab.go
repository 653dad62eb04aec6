// Package gitlab fetches the overrides file from its project. It is the only
// one that knows the GitLab library.
package gitlab

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/xanzy/go-gitlab"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Config says where the overrides file is. Token is empty for a public
// project; Ref is empty for the default branch.
type Config struct {
	URL                *url.URL
	Token              string
	Project, Path, Ref string
}

// File is the raw content of a file and the commit that it came from.
type File struct {
	Content []byte
	Commit  string
}

// Fetch reads the file as it is now. The content is that of the commit: when
// the file changes between the two requests, it asks again.
func Fetch(ctx context.Context, config Config, options transport.Options) (File, error) {
	client, err := newClient(config, options)
	if err != nil {
		return File{}, err
	}
	const tries = 3
	for range tries {
		file, whole, err := fetch(ctx, client, config)
		if err != nil {
			return File{}, fmt.Errorf("reading %s of %s: %w", config.Path, config.Project, transport.Simplify(err))
		}
		if whole {
			return file, nil
		}
	}
	return File{}, fmt.Errorf("reading %s of %s: what came is not what GitLab says the file holds (SHA-256), %d times; check GITLAB_URL, or run again later",
		config.Path, config.Project, tries)
}

func newClient(config Config, options transport.Options) (*gitlab.Client, error) {
	options.Service = "GitLab"
	options.Base = config.URL
	options.AnyBody = true
	options.Describe = describe
	options.Settings = transport.Settings{
		URL: "GITLAB_URL", Credentials: "GITLAB_TOKEN",
		NotFound: "GITLAB_URL, OVERRIDES_PROJECT, OVERRIDES_PATH and OVERRIDES_REF, and GITLAB_TOKEN: what it may not see is not found",
	}
	options.Secrets.Add(config.Token)
	web := transport.New(options).Client()
	if config.Token == "" {
		web.Transport = withoutToken{web.Transport}
	}
	client, err := gitlab.NewClient(config.Token, gitlab.WithBaseURL(config.URL.String()),
		gitlab.WithHTTPClient(web), gitlab.WithoutRetries())
	if err != nil {
		return nil, fmt.Errorf("setting up GitLab: %w; check GITLAB_URL", err)
	}
	return client, nil
}

// withoutToken takes away the header that the library sends empty when there is
// no token: a proxy may take it for a wrong one.
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
	// The library has the metadata of files, but not of their raw form, which
	// alone can go without a ref.
	path := fmt.Sprintf("projects/%s/repository/files/%s/raw", gitlab.PathEscape(config.Project), gitlab.PathEscape(config.Path))
	request, err := client.NewRequest(http.MethodHead, path, options, []gitlab.RequestOptionFunc{gitlab.WithContext(ctx)})
	if err != nil {
		return File{}, false, err
	}
	described, err := client.Do(request, nil)
	if err != nil {
		return File{}, false, err
	}
	content, given, err := client.RepositoryFiles.GetRawFile(config.Project, config.Path, options, gitlab.WithContext(ctx))
	if err != nil {
		return File{}, false, err
	}
	digest := sha256.Sum256(content)
	// An edge server may have answered the first request: then the second one
	// tells, as both do.
	header := func(name string) string { return cmp.Or(described.Header.Get(name), given.Header.Get(name)) }
	want := header("X-Gitlab-Content-Sha256")
	// An answer without a digest did not come from GitLab, and its body would be
	// taken for the overrides: an empty one, or one cut off, withdraws support.
	whole = want == hex.EncodeToString(digest[:])
	return File{Content: content, Commit: header("X-Gitlab-Last-Commit-Id")}, whole, nil
}

func describe(body []byte) transport.Words {
	var answer struct {
		Message     json.RawMessage `json:"message"`
		Error       string          `json:"error"`
		Description string          `json:"error_description"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return transport.Words{}
	}
	var message string
	if json.Unmarshal(answer.Message, &message) != nil {
		message = string(answer.Message)
	}
	return transport.Words{Code: answer.Error, Message: message + answer.Description}
}
