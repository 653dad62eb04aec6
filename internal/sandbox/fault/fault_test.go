package fault_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

func TestFaultReadsDurationsAsText(t *testing.T) {
	text := `{"route":"PUT /a/*","kind":"status","status":503,"body":"x","content_type":"text/plain",` +
		`"header":{"X-One":"1"},"times":2,"after":1,"retry_after":"3s","delay":"250ms"}`
	want := fault.Fault{
		Route: "PUT /a/*", Kind: fault.Status, Status: 503, Body: "x", ContentType: "text/plain",
		Header: map[string]string{"X-One": "1"}, Times: 2, After: 1,
		RetryAfter: 3 * time.Second, Delay: 250 * time.Millisecond,
	}
	var got fault.Fault
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fault read (-want +got):\n%s", diff)
	}
	written, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var again fault.Fault
	if err := json.Unmarshal(written, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("fault written and read again (-want +got):\n%s", diff)
	}
}

func TestFaultThatCannotHappenIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"unknown kind":              {`{"kind":"explode"}`, `unknown kind "explode"`},
		"redirect without location": {`{"kind":"redirect"}`, "needs a location"},
		"impossible status":         {`{"kind":"status","status":99}`, "status 99"},
		"negative times":            {`{"kind":"empty","times":-1}`, "cannot be negative"},
		"malformed delay":           {`{"kind":"delay","delay":"soon"}`, "write it like 2s"},
		"not an object":             {`[]`, "reading a fault"},
	} {
		t.Run(name, func(t *testing.T) {
			var got fault.Fault
			err := json.Unmarshal([]byte(test.text), &got)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}
