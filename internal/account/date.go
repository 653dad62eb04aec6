package account

import (
	"fmt"
	"time"
)

// Date is a calendar day as YYYY-MM-DD, or empty if there is none. Dates are ordered as
// strings.
type Date string

const (
	dateLength = len(time.DateOnly)
	graceDays  = 15
)

// ParseDate reads a day. Text after the first ten characters, the time of day
// that both services add to dates, is dropped; empty text is not a date.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return "", nil
	}
	if len(text) >= dateLength && isDate(text[:dateLength]) && (len(text) == dateLength || text[dateLength] == 'T') {
		return Date(text[:dateLength]), nil
	}
	return "", fmt.Errorf("%.60q is not a date of the form YYYY-MM-DD", text)
}

// UnmarshalText reads a date of an artifact: a day without a time, or empty text.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err == nil && string(parsed) != string(text) {
		return fmt.Errorf("%.60q holds more than a date: write it as YYYY-MM-DD", text)
	}
	*d = parsed
	return err
}

// DateOf returns the UTC day of an instant.
func DateOf(instant time.Time) Date { return Date(instant.UTC().Format(time.DateOnly)) }

// AddDays returns the day the given number of days later, or earlier when it is negative.
func (d Date) AddDays(days int) Date {
	return DateOf(d.time().AddDate(0, 0, days))
}

// ExpiredEndDate returns the first end date that still counts on the given day: 15 days
// of grace (docs/rules.md, Lookup structures).
func (d Date) ExpiredEndDate() Date { return d.AddDays(-graceDays) }

// ThreeYearsOut is three years and one day before the day given: the same
// calendar day three years earlier, a 29 February falling back to the 28th,
// then one day less (docs/rules.md, Lookup structures).
func (d Date) ThreeYearsOut() Date {
	year, month, day := d.time().Date()
	if month == time.February && day == 29 {
		day = 28
	}
	return DateOf(time.Date(year-3, month, day-1, 0, 0, 0, 0, time.UTC))
}

func (d Date) time() time.Time {
	instant, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return instant
}

// isDate is faster than time.Parse: artifacts hold millions of dates.
func isDate(text string) bool {
	for i, char := range []byte(text) {
		if i == 4 || i == 7 {
			if char != '-' {
				return false
			}
		} else if !isDigit(char) {
			return false
		}
	}
	month := int(text[5]-'0')*10 + int(text[6]-'0')
	day := int(text[8]-'0')*10 + int(text[9]-'0')
	if month < 1 || month > 12 || day < 1 || text[:4] == "0000" {
		return false
	}
	if day <= 28 {
		return true
	}
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
