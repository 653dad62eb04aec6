// Package fault makes a stand-in misbehave on demand, by route, and counts
// what was asked of it. It is middleware around the stand-in's own handler, so
// every kind of fault works for every service.
package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Kind says how a request goes wrong.
type Kind string

// The kinds of fault. Those before the effect never reach the stand-in; after
// the others its data has changed, whatever the client gets to see.
const (
	// Status answers the given status, headers and body, without effect.
	Status Kind = "status"
	// Redirect answers 302 (or the given status) to Location, without effect.
	Redirect Kind = "redirect"
	// DropBefore closes the connection without an answer and without effect.
	DropBefore Kind = "drop-before"
	// Hang never answers; it ends when the client leaves. Without effect.
	Hang Kind = "hang"
	// Delay carries the request out, as it should be, after the delay.
	Delay Kind = "delay"
	// DropAfter carries the request out and closes the connection unanswered.
	DropAfter Kind = "drop-after"
	// Truncate carries the request out and sends half of the answer's body,
	// under the Content-Length of the whole.
	Truncate Kind = "truncate"
	// ContentType carries the request out and answers an HTML page instead, as
	// an edge server does.
	ContentType Kind = "content-type"
	// Empty carries the request out and answers 200 without a body.
	Empty Kind = "empty"
)

// Fault is one misbehaviour. Fields that its kind has no use for are ignored.
type Fault struct {
	// Route limits the fault to matching requests: an optional method and a
	// path in which `*` stands for one segment, such as
	// "PUT /api/v2/organizations/*". Queries and a final ".json" play no part.
	// Empty matches every request.
	Route string `json:"route,omitempty"`
	// Kind says what happens.
	Kind Kind `json:"kind"`
	// Status is the HTTP status of the answer; 0 is 500 for Status, 302 for
	// Redirect and 200 for ContentType.
	Status int `json:"status,omitempty"`
	// Body is the answer of Status and ContentType.
	Body string `json:"body,omitempty"`
	// ContentType is the media type of Body. For Status it defaults to JSON,
	// for ContentType to HTML.
	ContentType string `json:"content_type,omitempty"`
	// Header is set on the answer of Status, Redirect and ContentType.
	Header map[string]string `json:"header,omitempty"`
	// Location is where Redirect sends the client.
	Location string `json:"location,omitempty"`
	// RetryAfter, in whole seconds, is sent as Retry-After by Status.
	RetryAfter time.Duration `json:"-"`
	// Delay is how long Delay waits.
	Delay time.Duration `json:"-"`
	// Times is how often the fault happens; 0 is for ever.
	Times int `json:"times,omitempty"`
	// After lets so many matching requests through first.
	After int `json:"after,omitempty"`
}

// wireFault is a Fault as JSON has it: durations are text such as "2s".
type wireFault struct {
	plainFault
	RetryAfter string `json:"retry_after,omitempty"`
	Delay      string `json:"delay,omitempty"`
}

// plainFault is a Fault without its methods, or encoding would not end.
type plainFault Fault

// MarshalJSON writes durations as text such as "2s".
func (f Fault) MarshalJSON() ([]byte, error) {
	wire := wireFault{plainFault: plainFault(f)}
	if f.RetryAfter != 0 {
		wire.RetryAfter = f.RetryAfter.String()
	}
	if f.Delay != 0 {
		wire.Delay = f.Delay.String()
	}
	return json.Marshal(wire)
}

// UnmarshalJSON reads what MarshalJSON writes and validates it.
func (f *Fault) UnmarshalJSON(data []byte) error {
	var wire wireFault
	if err := json.Unmarshal(data, &wire); err != nil {
		return fmt.Errorf("reading a fault: %w", err)
	}
	read := Fault(wire.plainFault)
	for _, duration := range []struct {
		key  string
		text string
		to   *time.Duration
	}{
		{"retry_after", wire.RetryAfter, &read.RetryAfter},
		{"delay", wire.Delay, &read.Delay},
	} {
		if duration.text == "" {
			continue
		}
		value, err := time.ParseDuration(duration.text)
		if err != nil {
			return fmt.Errorf("reading a fault: %s: %w; write it like 2s", duration.key, err)
		}
		*duration.to = value
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*f = read
	return nil
}

// Validate reports what would keep the fault from happening.
func (f Fault) Validate() error {
	switch f.Kind {
	case Status, Redirect, DropBefore, Hang, Delay, DropAfter, Truncate, ContentType, Empty:
	default:
		return fmt.Errorf("fault of unknown kind %q", f.Kind)
	}
	if f.Kind == Redirect && f.Location == "" {
		return fmt.Errorf("fault %s needs a location", f.Kind)
	}
	if f.Status != 0 && (f.Status < http.StatusOK || f.Status > 599) {
		return fmt.Errorf("fault %s: status %d is not between 200 and 599", f.Kind, f.Status)
	}
	if f.Times < 0 || f.After < 0 || f.Delay < 0 || f.RetryAfter < 0 {
		return fmt.Errorf("fault %s: times, after, delay and retry_after cannot be negative", f.Kind)
	}
	return nil
}
