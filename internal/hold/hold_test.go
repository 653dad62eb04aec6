package hold

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSortedHoldsAreDistinct(t *testing.T) {
	got := Sorted([]Hold{{UnmappedCharge, "B"}, {SubscriptionsGone, "2026-01-01"}, {UnmappedCharge, "A"}, {AwaitsOtherInstance, ""}, {UnmappedCharge, "B"}})
	want := []Hold{{AwaitsOtherInstance, ""}, {SubscriptionsGone, "2026-01-01"}, {UnmappedCharge, "A"}, {UnmappedCharge, "B"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryReasonIsReadAndHasARemedy(t *testing.T) {
	for _, want := range Reasons() {
		var reason Reason
		if err := reason.UnmarshalText([]byte(want)); err != nil || reason != want || reason.Remedy() == "" {
			t.Errorf("%s is read as %s, %v, remedy %q", want, reason, err, reason.Remedy())
		}
	}
	if err := new(Reason).UnmarshalText([]byte("whim")); err == nil {
		t.Error("whim is a reason")
	}
}

func TestAHoldInOneLine(t *testing.T) {
	for want, hold := range map[string]Hold{
		"unmapped_charge (Quantum)": {UnmappedCharge, "Quantum"}, "awaits_other_instance": {AwaitsOtherInstance, ""},
	} {
		if hold.String() != want {
			t.Errorf("%q, want %q", hold, want)
		}
	}
}
