// Package fault makes a stand-in misbehave on demand and counts what was asked
// of it. Most faults affect a request on its way: they are middleware around
// the stand-in's own handler, so that they work for every service. The others
// are about what a service does inside, which its stand-in asks for (Take).
package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Fault is one misbehaviour. Fields that its kind does not use are ignored.
type Fault struct {
	// Kind says what happens; Kinds lists them.
	Kind Kind `json:"kind"`
	// Route limits the fault to matching requests: an optional method and a
	// path in which `*` stands for one segment and a final `**` for any rest,
	// such as "PUT /api/v2/organizations/*". Queries and a final ".json" play
	// no part. Empty is the kind's own route, or every request.
	Route string `json:"route,omitempty"`
	// Status is the HTTP status of the answer; 0 is the kind's default.
	Status int `json:"status,omitempty"`
	// Body is the answer's body, or the text of its message.
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
	// Delay is how long it takes until the fault happens.
	Delay time.Duration `json:"-"`
	// Times is how often the fault happens; 0 is unlimited.
	Times int `json:"times,omitempty"`
	// After is how many matching requests (or rows) are not affected first.
	After int `json:"after,omitempty"`

	// Row limits the fault to one organization or account, by its id, its
	// salesforce_id or its name; empty is any.
	Row string `json:"row,omitempty"`
	// Field limits the fault to requests that send this field, or names the affected
	// column; empty is any.
	Field string `json:"field,omitempty"`
	// Value limits the fault to requests that send a text containing it.
	Value string `json:"value,omitempty"`
	// Language is the language of refusals: de, es, fr, ja or pt; empty is English.
	Language string `json:"language,omitempty"`
	// Shape of refusals: text, object, list, errors, index, text-id or beside;
	// empty is the recorded one.
	Shape string `json:"shape,omitempty"`
}

// wireFault is a Fault as JSON has it: durations are text such as "2s".
type wireFault struct {
	plainFault
	RetryAfter string `json:"retry_after,omitempty"`
	Delay      string `json:"delay,omitempty"`
}

// plainFault is a Fault without its methods, so that encoding it does not recurse.
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

// UnmarshalJSON reads what MarshalJSON writes and validates it. An unknown key is an
// error: a misspelled one would have no effect.
func (f *Fault) UnmarshalJSON(data []byte) error {
	var wire wireFault
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&wire); err != nil {
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

// Validate returns an error if the fault could not happen.
func (f Fault) Validate() error {
	known, found := describe(f.Kind)
	if !found {
		return fmt.Errorf("fault of unknown kind %q; GET /faults lists them", f.Kind)
	}
	if f.Kind == Redirect && f.Location == "" {
		return fmt.Errorf("fault %s needs a location", f.Kind)
	}
	if known.needsField && f.Field == "" {
		return fmt.Errorf("fault %s needs a field", f.Kind)
	}
	if f.Kind == BadCharacter && f.Row == "" {
		return fmt.Errorf("fault %s needs a row: the name that it spoils", f.Kind)
	}
	if f.Status != 0 && (f.Status < http.StatusOK || f.Status > 599) {
		return fmt.Errorf("fault %s: status %d is not between 200 and 599", f.Kind, f.Status)
	}
	if f.Times < 0 || f.After < 0 || f.Delay < 0 || f.RetryAfter < 0 {
		return fmt.Errorf("fault %s: times, after, delay and retry_after cannot be negative", f.Kind)
	}
	return nil
}
