package fault

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// htmlPage is what an edge server shows in place of the service.
const htmlPage = "<!DOCTYPE html>\n<html><head><title>Just a moment</title></head><body>We will be right back.</body></html>\n"

// strike answers the request as the fault demands.
func (i *Injector) strike(fault Fault, writer http.ResponseWriter, request *http.Request, next http.Handler) {
	if err := fault.Validate(); err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	switch fault.actsAs() {
	case RateLimited:
		fault.limit(writer, i.now())
	case Status:
		fault.answer(writer, http.StatusInternalServerError, "application/json; charset=utf-8", "")
	case Redirect:
		writer.Header().Set("Location", fault.Location)
		fault.answer(writer, http.StatusFound, "", "")
	case DropBefore:
		dropConnection()
	case Hang:
		readAhead(request)
		<-request.Context().Done()
		dropConnection()
	case Delay:
		readAhead(request)
		if i.wait(request.Context(), fault.Delay) != nil {
			dropConnection()
		}
		next.ServeHTTP(writer, request)
	default:
		fault.strikeAfter(writer, request, next)
	}
}

// strikeAfter lets next handle the request and damages the answer.
func (f Fault) strikeAfter(writer http.ResponseWriter, request *http.Request, next http.Handler) {
	whole := &bufferedAnswer{header: make(http.Header), status: http.StatusOK}
	next.ServeHTTP(whole, request)
	switch f.actsAs() {
	case DropAfter:
		dropConnection()
	case Truncate:
		maps.Copy(writer.Header(), whole.header)
		writer.Header().Set("Content-Length", strconv.Itoa(whole.body.Len()))
		writer.WriteHeader(whole.status)
		// The server closes the connection, because more was promised than written.
		_, _ = writer.Write(whole.body.Bytes()[:whole.body.Len()/2])
	case ContentType:
		f.answer(writer, http.StatusOK, "text/html; charset=utf-8", htmlPage)
	case Empty:
		writer.WriteHeader(http.StatusOK)
	default:
		f.rewrite(whole, request)
		whole.send(writer)
	}
}

// answer writes the fault's own status, headers and body, or the given defaults.
func (f Fault) answer(writer http.ResponseWriter, status int, contentType, body string) {
	if f.Status != 0 {
		status = f.Status
	}
	if f.ContentType != "" {
		contentType = f.ContentType
	}
	if f.Body != "" {
		body = f.Body
	}
	if body != "" {
		writer.Header().Set("Content-Type", contentType)
	}
	if f.RetryAfter > 0 {
		writer.Header().Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	for key, value := range f.Header {
		writer.Header().Set(key, value)
	}
	writer.WriteHeader(status)
	_, _ = io.WriteString(writer, body)
}

// readAhead reads the request's body from the connection: only then does the server
// notice that a client has gone. Read errors are ignored.
func readAhead(request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	request.Body = io.NopCloser(bytes.NewReader(body))
}

// dropConnection ends the handler and closes its connection without an answer. This is
// the way net/http offers for it, and it logs nothing.
func dropConnection() { panic(http.ErrAbortHandler) }

// bufferedAnswer holds an answer back.
type bufferedAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (b *bufferedAnswer) Header() http.Header { return b.header }

// WriteHeader implements http.ResponseWriter.
func (b *bufferedAnswer) WriteHeader(status int) { b.status = status }

// send writes the answer that was held back.
func (b *bufferedAnswer) send(writer http.ResponseWriter) {
	maps.Copy(writer.Header(), b.header)
	writer.Header().Set("Content-Length", strconv.Itoa(b.body.Len()))
	writer.WriteHeader(b.status)
	_, _ = writer.Write(b.body.Bytes())
}

// Write implements http.ResponseWriter.
func (b *bufferedAnswer) Write(data []byte) (int, error) { return b.body.Write(data) }
