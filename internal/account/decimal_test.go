package account

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestDecimalHasOneNormalForm(t *testing.T) {
	tests := []struct {
		text string
		want Decimal
	}{
		{"", ""}, {"0", "0"}, {"-0", "0"}, {"0.0", "0"}, {"-0.00", "0"}, {"0e0", "0"},
		{"1", "1"}, {"100", "100"}, {"1.0", "1"}, {"1.50", "1.5"}, {"0.10", "0.1"}, {"-1.50", "-1.5"},
		{"1e2", "100"}, {"1E+2", "100"}, {"1.25E1", "12.5"}, {"5e-3", "0.005"}, {"1.0E7", "10000000"},
		// No digit is lost: float64 makes 123456789012345680 of the first.
		{"123456789012345678", "123456789012345678"},
		{"123456789012345678.90", "123456789012345678.9"},
		{"0.1234567890123456789012345", "0.1234567890123456789012345"},
		{strings.Repeat("9", 60), Decimal(strings.Repeat("9", 60))},
	}
	for _, test := range tests {
		if got, err := ParseDecimal(test.text); err != nil || got != test.want {
			t.Errorf("ParseDecimal(%q) = %q, %v; want %q", test.text, got, err, test.want)
		}
	}
}

func TestDecimalRefusesWhatIsNoJSONNumber(t *testing.T) {
	for _, text := range []string{
		"abc", "1,5", "1.2.3", "--1", "+1", ".5", "5.", "-", ".", "05", "-05", "1e", "e5", "0x10", "1_000", "NaN", "Infinity",
		" 1", "1 ", ".-5", ".+5", "1.-5", "1 2", "null", `"1"`, "[1]", "１",
	} {
		if got, err := ParseDecimal(text); err == nil || !strings.Contains(err.Error(), "is not a number") {
			t.Errorf("ParseDecimal(%q) = %q, %v", text, got, err)
		}
	}
}

func TestDecimalDoesNotGrowWithoutBounds(t *testing.T) {
	for _, text := range []string{
		"1e999999999", "1e-999999999", "1e61", "1e60", "1e-61", "9999999999e9999999999999999999",
		strings.Repeat("9", 61), "0." + strings.Repeat("1", 60), strings.Repeat("1", 1<<20),
	} {
		got, err := ParseDecimal(text)
		if err == nil || len(err.Error()) > 120 || !strings.Contains(err.Error(), "at most 60 digits") {
			t.Errorf("ParseDecimal(%.20q…) = %.20q, %.200v", text, got, err)
		}
	}
}

func TestRoundCentsIsHalfAwayFromZero(t *testing.T) {
	for text, want := range map[Decimal]Decimal{
		"": "0", "0": "0", "1.005": "1.01", "-1.005": "-1.01", "1.004": "1", "-1.004": "-1", "2.675": "2.68", "0.005": "0.01",
		"-0.004": "0", "1.0049999": "1", "99.995": "100", "123456789012345678.905": "123456789012345678.91", "12.3": "12.3",
	} {
		if got := text.RoundCents(); got != want {
			t.Errorf("%s rounds to %s, want %s", text, got, want)
		}
	}
}

func TestCeilRoundsUp(t *testing.T) {
	for text, want := range map[Decimal]Decimal{
		"": "0", "0": "0", "1": "1", "1.0000001": "2", "10.5": "11", "-1.5": "-1", "-0.5": "0", "123456789012345678.1": "123456789012345679",
	} {
		if got := text.Ceil(); got != want {
			t.Errorf("%s rounds up to %s, want %s", text, got, want)
		}
	}
}

func TestLessComparesByValue(t *testing.T) {
	tests := []struct {
		a, b Decimal
		want bool
	}{
		{"9", "10", true}, {"10", "9", false}, {"-10", "-9", true}, {"1.5", "1.25", false}, {"1", "1", false},
		{"", "1", true}, {"", "-1", false}, {"", "0", false}, {"0", "", false},
		{"123456789012345678", "123456789012345679", true},
	}
	for _, test := range tests {
		if got := test.a.Less(test.b); got != test.want {
			t.Errorf("%q less than %q: %t", test.a, test.b, got)
		}
	}
	if Decimal("").OrZero() != "0" || Decimal("1.5").OrZero() != "1.5" {
		t.Error("OrZero changes a number, or leaves none")
	}
}

func TestDecimalIsANumberInJSON(t *testing.T) {
	for text, want := range map[string]Decimal{
		"null": "", "0": "0", "1.50": "1.5", "123456789012345678.9": "123456789012345678.9", "1E3": "1000",
	} {
		got := Decimal("7")
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s reads as %q, %v; want %q", text, got, err, want)
		}
		content, err := json.Marshal(got)
		if literal := string(want); err != nil || (literal != "" && string(content) != literal) || (literal == "" && string(content) != "null") {
			t.Errorf("%q is written as %s, %v", got, content, err)
		}
	}
	for _, text := range []string{`"1"`, `true`, `{}`, `[1]`, `1e999999999`, ``, `1.`} {
		var got Decimal
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s reads as %q", text, got)
		}
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"", "0", "-0", "1.50", "1e5", "1e-5", ".-5", "123456789012345678.90", "1e999999999", "00", "1."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, err := ParseDecimal(text)
		if err != nil {
			return
		}
		if len(number) > maxDecimalDigits || strings.ContainsAny(string(number), "eE+ ") {
			t.Errorf("ParseDecimal(%q) = %q is not in normal form", text, number)
		}
		if again, err := ParseDecimal(string(number)); err != nil || again != number {
			t.Errorf("ParseDecimal(%q) = %q, %v", number, again, err)
		}
		if strings.Contains(string(number), ".") && strings.HasSuffix(string(number), "0") {
			t.Errorf("%q keeps a trailing zero", number)
		}
		if !number.parsed().Equal(Decimal(text).parsed()) {
			t.Errorf("ParseDecimal(%q) = %q, another number", text, number)
		}
		if up := number.Ceil(); up.Less(number) || strings.Contains(string(up), ".") {
			t.Errorf("%q rounds up to %q", number, up)
		}
		if cents := number.RoundCents(); cents.RoundCents() != cents {
			t.Errorf("%q rounds to %q, which rounds on", number, cents)
		}
	})
}
