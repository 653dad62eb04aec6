package account

import (
	"testing"
	"time"
)

func TestParseDateReadsDaysAndDropsTheTime(t *testing.T) {
	tests := []struct {
		text string
		want Date
	}{
		{"", ""},
		{"2026-11-21", "2026-11-21"},
		{"2024-02-29", "2024-02-29"},
		{"2000-02-29", "2000-02-29"},
		{"2018-11-04T00:00:00+00:00", "2018-11-04"},
		{"2018-11-04T00:00:00Z", "2018-11-04"},
		{"0001-01-01", "0001-01-01"},
		{"9999-12-31", "9999-12-31"},
	}
	for _, test := range tests {
		if date, err := ParseDate(test.text); err != nil || date != test.want {
			t.Errorf("ParseDate(%q) = %q, %v; want %q", test.text, date, err, test.want)
		}
	}
}

func TestParseDateRefusesWhatIsNoDay(t *testing.T) {
	for _, text := range []string{
		"2026-02-29", "1900-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
		"0000-01-01", "2026-1-1", "21.11.2026", "2026/11/21", "2026-11-2", "2026-11-211", "2026-11-21 00:00", " 2026-11-21",
		"20261121", "x026-11-21", "2026-11-2x", "null", "T2026-11-21", "２０２６-11-21",
	} {
		if date, err := ParseDate(text); err == nil || date != "" {
			t.Errorf("ParseDate(%q) = %q, %v", text, date, err)
		}
	}
}

func TestDateOfIsTheDayInUTC(t *testing.T) {
	east := time.FixedZone("east", 10*60*60)
	if day := DateOf(time.Date(2026, 11, 22, 9, 59, 0, 0, east)); day != "2026-11-21" {
		t.Errorf("DateOf = %s", day)
	}
	if day := DateOf(time.Date(2026, 11, 22, 10, 0, 0, 0, east)); day != "2026-11-22" {
		t.Errorf("DateOf = %s", day)
	}
}

func TestExpiredEndDateIsFifteenDaysAgo(t *testing.T) {
	for today, want := range map[Date]Date{
		"2026-11-21": "2026-11-06", "2026-11-15": "2026-10-31", "2027-01-10": "2026-12-26",
		"2028-03-10": "2028-02-24", "2027-03-10": "2027-02-23", "2028-03-15": "2028-02-29",
	} {
		if got := today.ExpiredEndDate(); got != want {
			t.Errorf("%s: %s, want %s", today, got, want)
		}
	}
}

func TestThreeYearsOutIsThreeYearsAndADayAgo(t *testing.T) {
	for today, want := range map[Date]Date{
		"2026-11-21": "2023-11-20",
		"2026-01-01": "2022-12-31",
		// A 29 February falls back to the 28th.
		"2028-02-29": "2025-02-27",
		"2028-02-28": "2025-02-27",
		"2028-03-01": "2025-02-28",
		"2027-03-01": "2024-02-29",
		"2027-02-28": "2024-02-27",
	} {
		if got := today.ThreeYearsOut(); got != want {
			t.Errorf("%s: %s, want %s", today, got, want)
		}
	}
}

func TestChargesAndSubscriptionsCountWithGraceAtBothEnds(t *testing.T) {
	const today Date = "2026-11-21"
	tests := []struct {
		rule       string
		start, end Date
		current    bool
		until      Date
	}{
		{"no dates are started and not ended", "", "", true, ""},
		{"the first day counts", "2026-11-21", "2027-11-20", true, "2027-12-05"},
		{"the day before it does not", "2026-11-22", "2027-11-21", false, "2027-12-06"},
		{"the last day of grace counts", "2025-11-07", "2026-11-06", true, "2026-11-21"},
		{"the day after it does not", "2025-11-06", "2026-11-05", false, "2026-11-20"},
		{"no end has no last day", "2025-11-06", "", true, ""},
		{"no start but an end", "", "2026-11-05", false, "2026-11-20"},
	}
	for _, test := range tests {
		charge := Charge{StartDate: test.start, EndDate: test.end}
		if got := charge.Current(today, today.ExpiredEndDate()); got != test.current {
			t.Errorf("%s: current %t", test.rule, got)
		}
		if got := charge.CurrentUntil(); got != test.until {
			t.Errorf("%s: until %q, want %q", test.rule, got, test.until)
		}
		subscription := Subscription{StartDate: test.start, EndDate: test.end}
		if got := subscription.Running(today, today.ExpiredEndDate()); got != test.current {
			t.Errorf("%s: running %t", test.rule, got)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"", "2026-11-21", "2028-02-29T00:00:00Z", "2026-02-29", "0000-00-00", "2026-11-21x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		date, err := ParseDate(text)
		if err != nil {
			return
		}
		if date == "" {
			if text != "" {
				t.Errorf("ParseDate(%q) is not a date without an error", text)
			}
			return
		}
		instant, err := time.Parse(time.DateOnly, string(date))
		if err != nil || DateOf(instant) != date || instant.Year() == 0 {
			t.Errorf("ParseDate(%q) = %q, which is not a day: %v", text, date, err)
		}
		if date > "0004" && date.ThreeYearsOut() >= date.ExpiredEndDate() {
			t.Errorf("three years before %s is %s", date, date.ThreeYearsOut())
		}
	})
}
