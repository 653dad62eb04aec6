package transport

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// once is a policy without a second attempt.
func once(options *Options) { options.Policy.Attempts, options.Policy.Throttled = 1, 1 }

// words describes {"code", "message"}.
func words(_ int, body []byte) Words {
	var answer struct{ Code, Message string }
	if json.Unmarshal(body, &answer) != nil {
		return Words{}
	}
	return Words{Code: answer.Code, Message: answer.Message}
}

func TestFailuresNameServiceAnswerAndAdvice(t *testing.T) {
	tests := []struct {
		rule   string
		answer http.HandlerFunc
		want   string
	}{
		{"wrong credentials", answer(401, `{"code":"Unauthorized","message":"who are you?"}`),
			"Service answered GET /a/b with 401 Unauthorized (Unauthorized: who are you?); check SERVICE_TOKEN"},
		{"no rights", answer(403, "<html>", "Content-Type", "text/html; charset=utf-8"),
			"Service answered GET /a/b with 403 Forbidden (an HTML page); check whether a firewall rejected the request, or give the client of SERVICE_TOKEN the rights for this request"},
		{"nothing there", answer(404, `{"message":"Not found"}`), "Service answered GET /a/b with 404 Not Found (Not found); check SERVICE_URL"},
		{"a redirect", answer(301, "", "Location", "https://example.com/"),
			"Service answered GET /a/b with 301 Moved Permanently; redirects are not followed: set SERVICE_URL to the final address"},
		{"too many", answer(429, "<html>", "Content-Type", "text/html"),
			"Service answered GET /a/b with 429 Too Many Requests (an HTML page); run again when the service's rate limit has room"},
		{"a request that is wrong", answer(400, `{"code":"TooManyValues"}`),
			"Service answered GET /a/b with 400 Bad Request (TooManyValues); fix what the answer names, then run again"},
		{"a status without a name", answer(599, ""),
			"Service answered GET /a/b with 599; run again later, or check the service's status page"},
		{"a page instead of data", answer(200, "<html>hello</html>", "Content-Type", "text/html; charset=utf-8"),
			"Service answered GET /a/b with 200 and an answer that is not JSON (text/html, 18 bytes); run again later, or check the service's status page"},
		{"nothing instead of data", answer(200, "", "Content-Type", ""),
			"Service answered GET /a/b with 200 and an answer that is not JSON (no content type, 0 bytes); run again later, or check the service's status page"},
		{"half an answer", cut,
			"Service answered GET /a/b with 200 and an answer that was cut off (the connection was closed); run again later, or check the service's status page"},
		{"a dropped connection", drop, "Service did not answer GET /a/b: the connection was closed; check SERVICE_URL and the network, then run again"},
		{"words of several lines", answer(500, "{\"message\":\"one\\r\\n two\\u001b[31m\\u0000three\\u202efour\\u2028five\"}"),
			"Service answered GET /a/b with 500 Internal Server Error (one two [31m three four five); run again later, or check the service's status page"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := start(t, func(options *Options) { once(options); options.Describe = words }, test.answer)
			_, err := s.get("/a/b?q=1")
			wantError(t, err, test.want)
		})
	}
}

func TestConnectionRefusedIsSaidAndHasHadNoEffect(t *testing.T) {
	s := start(t, once, ok)
	closed := httptest.NewServer(http.HandlerFunc(ok))
	address := closed.Listener.Addr().String()
	closed.Close()
	s.options.Base = &url.URL{Scheme: "http", Host: address}
	_, err := s.sendTo(t.Context(), "POST", "http://"+address+"/path", "x")
	failure := wantError(t, err,
		"Service did not answer POST /path: dial tcp "+address+": connect: connection refused; check SERVICE_URL and the network, then run again")
	if failure.Effect != None || !failure.Temporary() || !failure.Fatal() {
		t.Errorf("%+v", failure)
	}
	var network *net.OpError
	if !errors.As(err, &network) {
		t.Error("the cause is lost")
	}
}

func TestARequestHasATimeLimitOfItsOwn(t *testing.T) {
	quick := func(options *Options) {
		options.Policy.RequestTimeout = 400 * time.Millisecond
		options.Policy.Attempts = 2
	}
	s := start(t, quick, hang)
	_, err := s.get("/path")
	failure := wantError(t, err,
		"Service did not answer GET /path: no answer within 400ms after 2 attempts; run again later, or ask whether the service is slow")
	if s.asked() != 2 || failure.Effect == None {
		t.Errorf("asked %d times: %+v", s.asked(), failure)
	}
	s = start(t, quick, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, `{"half":`)
		_ = http.NewResponseController(w).Flush()
		hang(w, r)
	})
	_, err = s.get("/path")
	wantError(t, err, "Service answered GET /path with 200 and an answer that was cut off (no answer within 400ms) after 2 attempts; "+
		"run again later, or ask whether the service is slow")
}

func TestAnswersAreBounded(t *testing.T) {
	small := func(options *Options) { once(options); options.Policy.MaxBody = 1 << 20 }
	s := start(t, small, answer(200, `"`+strings.Repeat("x", 1<<20-2)+`"`), answer(200, `"`+strings.Repeat("x", 1<<20-1)+`"`))
	if body, err := s.get("/path"); err != nil || len(body) != 1<<20 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	_, err := s.get("/path")
	wantError(t, err, "Service answered GET /path with 200 and an answer of more than 1 MB; run again later, or check the service's status page")
	s = start(t, func(options *Options) { once(options); options.Describe = words }, answer(500, `{"message":"`+strings.Repeat("ä", 1000)+`"}`))
	_, err = s.get("/path")
	if failure := AsError(err); failure == nil || len(failure.Message) > 300+len("…") || !utf8.ValidString(failure.Message) {
		t.Errorf("%v", err)
	}
}

func TestFilesMayHaveAnyContentType(t *testing.T) {
	s := start(t, func(options *Options) { options.AnyBody = true }, answer(200, "- a: yaml\n"), answer(200, ""))
	for _, want := range []string{"- a: yaml\n", ""} {
		if body, err := s.get("/file"); err != nil || body != want {
			t.Errorf("%q, %v", body, err)
		}
	}
}

func TestDataIsTakenWhateverItCallsItself(t *testing.T) {
	s := start(t, nil, answer(200, `{"ok":true}`, "Content-Type", "text/plain"))
	if body, err := s.get("/path"); err != nil || body != `{"ok":true}` {
		t.Errorf("%q, %v", body, err)
	}
}

func TestPathsInMessagesAreOneLine(t *testing.T) {
	s := start(t, once, answer(404, ""))
	_, err := s.get("/a%0Ab%1b%5B31m")
	wantError(t, err, "Service answered GET /a b [31m with 404 Not Found; check SERVICE_URL")
}

func TestFatalFailuresAreThoseThatEveryRequestWouldMeet(t *testing.T) {
	for status, want := range map[int]bool{
		301: true, 400: false, 401: true, 403: true, 404: false, 409: true, 422: false, 429: true, 500: true, 503: true,
	} {
		s := start(t, once, answer(status, "{}"))
		_, err := s.send(t.Context(), "POST", "/path", "{}")
		failure := AsError(err)
		if failure == nil || failure.Fatal() != want || (failure.Effect == None) != (status < 500) {
			t.Errorf("%d: %+v", status, failure)
		}
	}
}

func TestTheServicesWordsOverruleTheStatus(t *testing.T) {
	for _, test := range []struct {
		status               int
		outlook              Outlook
		tries                int
		temporary, throttled bool
	}{
		{400, ByStatus, 1, false, false},
		{400, Passing, 6, true, false},
		{403, Busy, 10, true, true},
		{503, Lasting, 1, false, false},
		{429, ByStatus, 10, true, true},
	} {
		s := start(t, func(options *Options) {
			options.Describe = func(int, []byte) Words { return Words{Code: "CODE", Outlook: test.outlook, Advice: "ask somebody"} }
		}, answer(test.status, "{}"))
		_, err := s.get("/path")
		failure := AsError(err)
		if failure == nil || s.asked() != test.tries || failure.Temporary() != test.temporary || failure.Throttled() != test.throttled {
			t.Errorf("%d, outlook %d: asked %d times: %+v", test.status, test.outlook, s.asked(), failure)
		}
		if !strings.HasSuffix(err.Error(), "; ask somebody") {
			t.Error(err)
		}
	}
}

func TestOnlyTheSuccessOfTheRouteIsOne(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "PUT", "POST"} {
		for _, status := range []int{200, 201, 202, 203, 204, 205, 206, 207, 226} {
			s := start(t, once, answer(status, "{}"))
			_, err := s.send(t.Context(), method, "/path", "")
			if success := map[string]int{"POST": 201}[method]; (err == nil) != (status == max(success, 200)) {
				t.Errorf("%s %d: %v", method, status, err)
			}
			if failure := AsError(err); err != nil && (failure == nil || failure.Status != status || failure.Effect != Unknown) {
				t.Errorf("%s %d: %+v", method, status, failure)
			}
		}
	}
	s := start(t, once, answer(203, `{"name":"a customer's"}`))
	_, err := s.get("/path")
	wantError(t, err, "Service answered GET /path with 203 and not with 200; check whether a proxy changes the answers, then run again")
}

func TestAnErrorThatCallsItselfASuccessIsNone(t *testing.T) {
	s := start(t, func(options *Options) { once(options); options.Describe = words }, answer(200, `{"code":"CODE","message":"words"}`))
	_, err := s.get("/path")
	wantError(t, err, "Service answered GET /path with 200 and an error (CODE: words); fix what the answer names, then run again")
}
