package gitlab

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"path"
	"strconv"
)

// fileBody is a file as the API describes it.
type fileBody struct {
	FileName        string `json:"file_name"`
	FilePath        string `json:"file_path"`
	Size            int    `json:"size"`
	Encoding        string `json:"encoding"`
	ContentSHA256   string `json:"content_sha256"`
	Ref             string `json:"ref"`
	BlobID          string `json:"blob_id"`
	CommitID        string `json:"commit_id"`
	LastCommitID    string `json:"last_commit_id"`
	ExecuteFilemode bool   `json:"execute_filemode"`
	Content         string `json:"content"`
}

func describe(filePath, ref, commitID string, described file) fileBody {
	sum := sha256.Sum256([]byte(described.content))
	return fileBody{
		FileName:      path.Base(filePath),
		FilePath:      filePath,
		Size:          len(described.content),
		Encoding:      "base64",
		ContentSHA256: hex.EncodeToString(sum[:]),
		Ref:           ref,
		BlobID:        digest("blob", described.content),
		CommitID:      commitID,
		LastCommitID:  described.lastCommit,
		Content:       base64.StdEncoding.EncodeToString([]byte(described.content)),
	}
}

// setHeaders repeats everything in the body except the content as headers, so that HEAD
// returns it.
func (b fileBody) setHeaders(header http.Header) {
	for key, value := range map[string]string{
		"X-Gitlab-Blob-Id":          b.BlobID,
		"X-Gitlab-Commit-Id":        b.CommitID,
		"X-Gitlab-Content-Sha256":   b.ContentSHA256,
		"X-Gitlab-Encoding":         b.Encoding,
		"X-Gitlab-Execute-Filemode": strconv.FormatBool(b.ExecuteFilemode),
		"X-Gitlab-File-Name":        b.FileName,
		"X-Gitlab-File-Path":        b.FilePath,
		"X-Gitlab-Last-Commit-Id":   b.LastCommitID,
		"X-Gitlab-Ref":              b.Ref,
		"X-Gitlab-Size":             strconv.Itoa(b.Size),
	} {
		header.Set(key, value)
	}
}

// fail is GitLab's usual error body.
func fail(writer http.ResponseWriter, status int, message string) {
	writeJSON(writer, status, map[string]string{"message": message})
}

func writeJSON(writer http.ResponseWriter, status int, body any) {
	rendered, err := json.Marshal(body)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.Header().Set("Content-Length", strconv.Itoa(len(rendered)))
	writer.WriteHeader(status)
	_, _ = writer.Write(rendered)
}
