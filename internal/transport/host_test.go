package transport

import (
	"net/http"
	"strings"
	"testing"
)

// tripwire is a server that nobody may ever ask.
func tripwire(t *testing.T) *service {
	t.Helper()
	s := start(t, nil, ok)
	t.Cleanup(func() {
		if s.asked() != 0 {
			t.Errorf("another host was asked: %q with %v", s.requests, s.headers)
		}
	})
	return s
}

func TestRedirectsAreRefusedAndNotFollowed(t *testing.T) {
	elsewhere := tripwire(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"GET", "POST", "PUT"} {
			s := start(t, func(options *Options) { options.Authorization = Basic("user", "password") },
				answer(status, "", "Location", elsewhere.url+"/stolen"))
			_, err := s.send(t.Context(), method, "/path", "")
			failure := AsError(err)
			if failure == nil || failure.Status != status || !failure.Fatal() || s.asked() != 1 {
				t.Errorf("%s %d: asked %d times, %v", method, status, s.asked(), err)
			}
			if err != nil && strings.Contains(err.Error(), "stolen") {
				t.Errorf("%s %d: the message repeats the address: %v", method, status, err)
			}
		}
	}
}

func TestOtherHostsAreRefusedBeforeAnythingIsSent(t *testing.T) {
	elsewhere := tripwire(t)
	s := start(t, func(options *Options) { options.Authorization = Basic("user", "password") }, ok)
	host := strings.TrimPrefix(s.url, "http://")
	_, err := s.sendTo(t.Context(), "GET", elsewhere.url+"/path", "")
	foreign := strings.TrimPrefix(elsewhere.url, "http://")
	failure := wantError(t, err, "Service was not asked for GET /path: the request is for another host than the configured one: "+foreign+
		"; nothing was sent there: check SERVICE_URL")
	if failure.Effect != None || !failure.Fatal() || failure.Temporary() {
		t.Errorf("%+v", failure)
	}
	for _, address := range []string{
		"https://" + host + "/path", "http://user:password@" + foreign + "/", "http://" + strings.Replace(host, "127.0.0.1", "localhost", 1) + "/", "http://" + host + "@" + foreign + "/path",
	} {
		if _, err := s.sendTo(t.Context(), "GET", address, ""); err == nil {
			t.Errorf("%s was asked", address)
		}
	}
	if s.asked() != 0 {
		t.Errorf("asked %q", s.requests)
	}
}

func TestTheConfiguredHostIsTheSameInAnyCase(t *testing.T) {
	s := start(t, nil, ok)
	s.options.Base.Host = strings.ToUpper(strings.Replace(s.options.Base.Host, "127.0.0.1", "localhost", 1))
	request, err := http.NewRequestWithContext(t.Context(), "GET", strings.Replace(s.url, "127.0.0.1", "localhost", 1)+"/path", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
}
