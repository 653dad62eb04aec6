package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// ParseUpdate reads a record of updates.json. An unknown or missing key is an
// error that names it; so is what no plan contains: a field that the flow does
// not manage, no change at all, another salesforce_id, an empty name, marking.
func ParseUpdate(raw jsontext.Value, schema *field.Schema) (Update, error) {
	var update Update
	err := members(raw, map[string]parser{
		"id":            parseOrganizationID(&update.ID),
		"salesforce_id": parseAccountID(&update.AccountID),
		"name":          parseText(&update.Name),
		"changes":       parseChanges(&update.Changes, schema),
	})
	if err != nil {
		return Update{}, err
	}
	for _, change := range update.Changes {
		if err := update.allows(change); err != nil {
			return Update{}, fmt.Errorf("changes: %s: %w", change.Field.Key, err)
		}
	}
	return update, nil
}

func (update Update) allows(change field.Change) error {
	switch {
	case change.Field.Key == field.MarkForDeletion && change.To == field.True:
		return errors.New("an update never turns it on")
	case change.Field.Key == field.Name && change.To == "":
		return errors.New("an organization is never left without a name")
	case change.Field.Key == field.SalesforceID && change.To != field.Value(update.AccountID):
		return fmt.Errorf("%q is not the salesforce_id of the row", change.To)
	}
	return nil
}

// ParseMark reads a record of not_in_sync.json, as strictly as ParseUpdate.
func ParseMark(raw jsontext.Value, schema *field.Schema) (Mark, error) {
	var mark Mark
	var reason string
	err := members(raw, map[string]parser{
		"id":            parseOrganizationID(&mark.ID),
		"salesforce_id": parseAccountID(&mark.AccountID),
		"name":          parseText(&mark.Name),
		"reason":        parseText(&reason),
		"seen":          parseSeen(&mark.Seen, schema),
		"changes":       parseChanges(&mark.Changes, schema),
	})
	if err != nil {
		return Mark{}, err
	}
	mark.Reason = MarkReason(reason)
	if !slices.Contains([]MarkReason{ExpiredThreeYears, NotInSalesforce, NotAPartner}, mark.Reason) {
		return Mark{}, fmt.Errorf("reason: %q is none of a mark for deletion", reason)
	}
	if len(mark.Changes) != 1 || mark.Changes[0].Field.Key != field.MarkForDeletion || mark.Changes[0].To != field.True {
		return Mark{}, errors.New("changes: a mark is the one change of mark_for_deletion to true")
	}
	return mark, nil
}

// parser reads the value of one member.
type parser func(raw jsontext.Value) error

// members reads an object that has exactly the given keys.
func members(raw jsontext.Value, parsers map[string]parser) error {
	missing := make(map[string]bool, len(parsers))
	for key := range parsers {
		missing[key] = true
	}
	err := field.Members(raw, func(key string, value jsontext.Value) error {
		parse, known := parsers[key]
		if !known {
			return fmt.Errorf("unknown key %q", key)
		}
		delete(missing, key)
		if err := parse(value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	var keys []string
	for key := range missing {
		keys = append(keys, strconv.Quote(key))
	}
	slices.Sort(keys)
	return fmt.Errorf("missing key %s", strings.Join(keys, ", "))
}

func parseOrganizationID(id *int64) parser {
	return func(raw jsontext.Value) error {
		parsed, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil || parsed <= 0 {
			return fmt.Errorf("%.40s is no id of an organization", raw)
		}
		*id = parsed
		return nil
	}
}

func parseAccountID(id *account.ID) parser {
	return func(raw jsontext.Value) error {
		var text string
		if err := parseText(&text)(raw); err != nil {
			return err
		}
		parsed, err := account.ParseFullID(text)
		*id = parsed
		return err
	}
}

func parseText(text *string) parser {
	return func(raw jsontext.Value) error {
		if raw.Kind() != '"' {
			return fmt.Errorf("%.40s is no text", raw)
		}
		unquoted, err := jsontext.AppendUnquote(nil, raw)
		*text = string(unquoted)
		return err
	}
}

func parseSeen(seen *Seen, schema *field.Schema) parser {
	return func(raw jsontext.Value) error {
		record := schema.NewRecord()
		parsers := map[string]parser{}
		for _, value := range (Seen{}).values(schema) {
			parsers[value.field.Key] = func(raw jsontext.Value) error {
				parsed, err := value.field.Kind.Parse(raw)
				record.Set(value.field.Key, parsed)
				return err
			}
		}
		err := members(raw, parsers)
		*seen = seenOf(record)
		return err
	}
}

// parseChanges reads changes that are in table order, each field once.
func parseChanges(changes *[]field.Change, schema *field.Schema) parser {
	return func(raw jsontext.Value) error {
		var elements []jsontext.Value
		if err := json.Unmarshal(raw, &elements); err != nil {
			return err
		}
		if len(elements) == 0 {
			return errors.New("there are none")
		}
		last := -1
		for _, element := range elements {
			position, change, err := parseChange(element, schema)
			if err != nil {
				return err
			}
			if position <= last {
				return fmt.Errorf("%s stands twice or out of the order of fields", change.Field.Key)
			}
			last = position
			*changes = append(*changes, change)
		}
		return nil
	}
}

func parseChange(raw jsontext.Value, schema *field.Schema) (int, field.Change, error) {
	var key string
	var from, to jsontext.Value
	err := members(raw, map[string]parser{
		"field": parseText(&key),
		"from":  parseRaw(&from),
		"to":    parseRaw(&to),
	})
	if err != nil {
		return 0, field.Change{}, err
	}
	position, managed := schema.Index(key)
	if !managed {
		return 0, field.Change{}, fmt.Errorf("the %s flow does not manage the field %q", schema.Flow, key)
	}
	change := field.Change{Field: schema.Fields[position]}
	if change.From, err = change.Field.Kind.Parse(from); err != nil {
		return 0, field.Change{}, fmt.Errorf("%s: from: %w", key, err)
	}
	if change.To, err = change.Field.Kind.Parse(to); err != nil {
		return 0, field.Change{}, fmt.Errorf("%s: to: %w", key, err)
	}
	if change.From == change.To {
		return 0, field.Change{}, fmt.Errorf("%s: nothing changes", key)
	}
	return position, change, nil
}

// parseRaw keeps the value: the decoder's own is gone with the next one.
func parseRaw(kept *jsontext.Value) parser {
	return func(raw jsontext.Value) error {
		*kept = raw.Clone()
		return nil
	}
}
