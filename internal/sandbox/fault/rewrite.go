package fault

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// complete sets the fields that the kind itself determines.
func (d Description) complete(fault Fault) Fault {
	own := d.own
	fault.Route = cmp.Or(fault.Route, own.Route)
	fault.Status = cmp.Or(fault.Status, own.Status)
	fault.Body = cmp.Or(fault.Body, own.Body)
	fault.Location = cmp.Or(fault.Location, own.Location)
	fault.Delay = cmp.Or(fault.Delay, own.Delay)
	fault.Times = cmp.Or(fault.Times, own.Times)
	return fault
}

// actsAs returns the kind whose behaviour the fault has.
func (f Fault) actsAs() Kind {
	known, _ := describe(f.Kind)
	return cmp.Or(known.own.Kind, f.Kind)
}

// limit answers as GitLab does after too many requests: with the time at which more are
// allowed, not with a duration.
func (f Fault) limit(writer http.ResponseWriter, now time.Time) {
	until := now.Add(f.Delay)
	for key, value := range map[string]string{
		"RateLimit-Limit": "600", "RateLimit-Observed": "601", "RateLimit-Remaining": "0",
		"RateLimit-Reset": strconv.FormatInt(until.Unix(), 10), "RateLimit-ResetTime": until.UTC().Format(http.TimeFormat),
	} {
		writer.Header().Set(key, value)
	}
	f.answer(writer, http.StatusTooManyRequests, "text/plain; charset=utf-8", "Retry later\n")
}

// rewrite changes an answer that is sent all the same.
func (f Fault) rewrite(whole *bufferedAnswer, request *http.Request) {
	switch f.actsAs() {
	case Answers203:
		if whole.status == http.StatusOK {
			whole.status = http.StatusNonAuthoritativeInfo
		}
	case DigestMissing:
		whole.header.Del("X-Gitlab-Content-Sha256")
		whole.header.Del("X-Gitlab-Last-Commit-Id")
		whole.header.Del("X-Gitlab-Commit-Id")
	case ForeignHost:
		whole.replace("http://"+request.Host, f.Location)
	case BadCharacter:
		whole.replace(f.Row, f.Row+"\xff")
	case ColumnMissing:
		whole.eachObject(func(object map[string]any, _ bool) { delete(object, f.Field) })
	case ColumnCase:
		whole.eachObject(func(object map[string]any, _ bool) {
			if value, there := object[f.Field]; there {
				delete(object, f.Field)
				object[strings.ToUpper(f.Field)] = value
			}
		})
	case ChildTotalMissing:
		whole.eachObject(func(object map[string]any, outermost bool) {
			if _, isList := object["records"]; isList && !outermost {
				delete(object, "totalSize")
			}
		})
	}
}

func (b *bufferedAnswer) replace(text, by string) {
	content := bytes.ReplaceAll(b.body.Bytes(), []byte(text), []byte(by))
	b.body = *bytes.NewBuffer(content)
}

// eachObject changes every object of a JSON answer; other answers stay as they are.
func (b *bufferedAnswer) eachObject(change func(object map[string]any, outermost bool)) {
	decoder := json.NewDecoder(bytes.NewReader(b.body.Bytes()))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return
	}
	walk(value, true, change)
	content, err := json.Marshal(value)
	if err == nil {
		b.body = *bytes.NewBuffer(content)
	}
}

func walk(value any, outermost bool, change func(map[string]any, bool)) {
	switch value := value.(type) {
	case map[string]any:
		change(value, outermost)
		for _, inner := range value {
			walk(inner, false, change)
		}
	case []any:
		for _, inner := range value {
			walk(inner, false, change)
		}
	}
}
