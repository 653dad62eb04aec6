package stage

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Archives returns the artifacts of the jobs of a pipeline, each as a zip file.
// ErrNone in the chain means that a job has none.
type Archives struct {
	// Of names the pipeline, for people.
	Of    string
	Fetch func(ctx context.Context, job string) ([]byte, error)
	// ErrNone is the error for a job without artifacts.
	ErrNone error
}

// keptFolder is the name of the data folder in the archives.
const keptFolder = "data/"

// largestFolder is how large an unpacked archive may be, in bytes.
const largestFolder = 8 << 30

// PipelineJobs are the jobs of the pipeline that keep a part of the data folder, in
// the order in which they run (docs/pipeline.md).
func PipelineJobs() []string {
	jobs := []string{"salesforce-" + string(artifact.Partners), "salesforce-" + string(artifact.Customers)}
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		jobs = append(jobs, "zendesk-gather-"+string(flow))
	}
	jobs = append(jobs, "processor")
	for _, flow := range []field.Flow{field.Global, field.USGov, field.Partner} {
		if flow == field.Partner {
			jobs = append(jobs, "zendesk-gather-"+string(flow))
		}
		jobs = append(jobs, "compare-"+string(flow), "sync-"+string(flow))
	}
	return jobs
}

// SyncJobs are the jobs that write to Zendesk.
func SyncJobs() []string {
	return slices.DeleteFunc(PipelineJobs(), func(job string) bool { return !strings.HasPrefix(job, "sync-") })
}

// Download puts the data folder of a pipeline together from the artifacts of its
// jobs, and checks it against its manifests. The folder must be empty or not exist.
// It appears complete or not at all. Download returns the jobs without artifacts.
func Download(ctx context.Context, run *Run, archives Archives, jobs []string) (without []string, err error) {
	if entries, err := os.ReadDir(string(run.Folder)); err == nil && len(entries) > 0 {
		return nil, usageError(fmt.Errorf("folder %s is not empty: name another one with --data-dir", run.Folder))
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the folder: %w; name another one with --data-dir", err)
	}
	parent, base := filepath.Split(filepath.Clean(string(run.Folder)))
	if err := os.MkdirAll(filepath.Clean(parent), folderMode); err != nil {
		return nil, fmt.Errorf("creating the folder: %w", err)
	}
	temporary, err := os.MkdirTemp(filepath.Clean(parent), "."+base+"-")
	if err != nil {
		return nil, fmt.Errorf("creating the folder: %w", err)
	}
	defer os.RemoveAll(temporary)
	for _, job := range jobs {
		content, err := archives.Fetch(ctx, job)
		switch {
		case errors.Is(err, archives.ErrNone):
			without = append(without, job)
		case err != nil:
			return nil, err
		default:
			run.Log.Info("fetched", "job", job, "bytes", len(content))
			if err := unpack(content, temporary); err != nil {
				return nil, &artifact.Error{Name: "the archive of " + job, Problem: "cannot be used", Err: err,
					Hint: "check it in GitLab, and run the pipeline again"}
			}
		}
	}
	if len(without) == len(jobs) {
		return nil, &artifact.Error{Name: archives.Of, Problem: "has no artifacts of " + strings.Join(jobs, ", ") + ": they were never made, or have expired",
			Hint: "name another pipeline with --pipeline, or gather again"}
	}
	if err := checkFolder(artifact.Folder(temporary)); err != nil {
		return nil, err
	}
	if err := os.Remove(string(run.Folder)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("moving the folder into place: %w", err)
	}
	if err := os.Rename(temporary, string(run.Folder)); err != nil {
		return nil, fmt.Errorf("moving the folder into place: %w", err)
	}
	return without, nil
}

// What is in the folder names customers.
const (
	folderMode = 0o700
	fileMode   = 0o600
)

// unpack extracts the artifacts from an archive. Names that lead out of the folder,
// and entries that are not files or folders, are errors. Files that are not
// artifacts, such as reports, are skipped.
func unpack(content []byte, folder string) error {
	reader, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fmt.Errorf("it is not a zip file: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	left := int64(largestFolder)
	for _, file := range reader.File {
		mode := file.Mode()
		if !filepath.IsLocal(filepath.FromSlash(strings.TrimSuffix(file.Name, "/"))) || !mode.IsRegular() && !mode.IsDir() {
			return fmt.Errorf("it holds %q (%s), which does not belong in a data folder", file.Name, mode.Type())
		}
		name, kept := strings.CutPrefix(file.Name, keptFolder)
		if !kept || !artifact.Known(name) {
			continue
		}
		written, err := unpackFile(root, file, name, left)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		left -= written
	}
	return nil
}

func unpackFile(root *os.Root, file *zip.File, name string, most int64) (written int64, err error) {
	if folder := filepath.Dir(name); folder != "." {
		if err := root.Mkdir(folder, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
			return 0, err
		}
	}
	from, err := file.Open()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	to, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return 0, err
	}
	written, err = io.Copy(to, io.LimitReader(from, most+1))
	if written > most {
		err = fmt.Errorf("the archive unpacks to more than %d GB", largestFolder>>30)
	}
	return written, errors.Join(err, to.Close())
}

// checkFolder checks every file that a manifest lists against it.
func checkFolder(folder artifact.Folder) error {
	for _, name := range artifact.Manifests() {
		manifest := &artifact.Manifest{}
		err := folder.ReadManifest(name, manifest)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, output := range manifest.Outputs {
			if err := checkFile(folder, output, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkFile(folder artifact.Folder, output artifact.File, manifest string) error {
	spoiled := func(problem string, err error) error {
		return &artifact.Error{Name: output.Path, Problem: problem, Err: err, Hint: "run the job that wrote it again, or name another pipeline with --pipeline"}
	}
	if !slices.Contains(artifact.Files(), output.Path) {
		return spoiled("is listed in "+manifest+" but is not an artifact", nil)
	}
	file, err := os.Open(folder.Path(output.Path))
	if err != nil {
		return spoiled("is listed in "+manifest+" but was not kept by the job", nil)
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return spoiled("cannot be read", err)
	}
	if hex.EncodeToString(digest.Sum(nil)) != output.SHA256 {
		return spoiled("does not match "+manifest, nil)
	}
	return nil
}
