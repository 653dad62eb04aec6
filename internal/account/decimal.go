package account

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/shopspring/decimal"
)

// Decimal is a number in its normal form: no exponent, no trailing zeros, no lost
// digits; empty if there is none. Equal numbers are equal strings.
type Decimal string

// maxDecimalDigits limits the length of a number written out, so that 1e999999999 in an
// answer is an error and not gigabytes of zeros.
const maxDecimalDigits = 60

// ParseDecimal reads a JSON number literal. Empty text is not a number.
func ParseDecimal(text string) (Decimal, error) {
	if isNormalDecimal(text) {
		return Decimal(text), nil
	}
	if len(text) > maxDecimalDigits {
		return "", fmt.Errorf("%.20q… is not a number of at most %d digits", text, maxDecimalDigits)
	}
	// The library accepts more than JSON does, such as .-5.
	if literal := jsontext.Value(text); literal.Kind() != '0' || !literal.IsValid() || strings.TrimSpace(text) != text {
		return "", fmt.Errorf("%.60q is not a number", text)
	}
	number, err := decimal.NewFromString(text)
	if exponent := number.Exponent(); err != nil || exponent > maxDecimalDigits || exponent < -maxDecimalDigits {
		return "", fmt.Errorf("%.60q is out of range: at most %d digits are kept", text, maxDecimalDigits)
	}
	normal := normalDecimal(number)
	if len(normal) > maxDecimalDigits {
		return "", fmt.Errorf("%.60q is out of range: at most %d digits are kept", text, maxDecimalDigits)
	}
	return normal, nil
}

// RoundCents rounds half away from zero to two places (docs/rules.md, Customer
// accounts).
func (d Decimal) RoundCents() Decimal { return normalDecimal(d.parsed().Round(2)) }

// Ceil rounds up to a whole number (docs/rules.md, The object).
func (d Decimal) Ceil() Decimal { return normalDecimal(d.parsed().Ceil()) }

// Less compares by value; no number counts as 0.
func (d Decimal) Less(other Decimal) bool {
	return d != other && d.parsed().LessThan(other.parsed())
}

// OrZero returns 0 if there is no number.
func (d Decimal) OrZero() Decimal {
	if d == "" {
		return "0"
	}
	return d
}

func (d Decimal) parsed() decimal.Decimal {
	value, err := decimal.NewFromString(string(d))
	if err != nil {
		return decimal.Zero
	}
	return value
}

func normalDecimal(number decimal.Decimal) Decimal { return Decimal(number.String()) }

// isNormalDecimal recognizes the literals that are already in normal form: nearly all
// of them.
func isNormalDecimal(text string) bool {
	if text == "" || text == "0" {
		return true
	}
	if len(text) > maxDecimalDigits {
		return false
	}
	whole := 0
	for whole < len(text) && isDigit(text[whole]) {
		whole++
	}
	if whole == 0 || (text[0] == '0' && whole > 1) {
		return false
	}
	if whole == len(text) {
		return true
	}
	if text[whole] != '.' || whole+1 == len(text) || text[len(text)-1] == '0' {
		return false
	}
	for _, char := range []byte(text[whole+1:]) {
		if !isDigit(char) {
			return false
		}
	}
	return true
}

// MarshalJSONTo writes a JSON number, null if there is none.
func (d Decimal) MarshalJSONTo(encoder *jsontext.Encoder) error {
	if d == "" {
		return encoder.WriteToken(jsontext.Null)
	}
	return encoder.WriteValue(jsontext.Value(d))
}

// UnmarshalJSONFrom reads a JSON number or null, without losing digits.
func (d *Decimal) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	switch raw.Kind() {
	case 'n':
		*d = ""
		return nil
	case '0':
		*d, err = ParseDecimal(string(raw))
		return err
	}
	return fmt.Errorf("%.40s is not a number", raw)
}
