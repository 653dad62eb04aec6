package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProfileIsWhatAnOrganizationTakesOver(t *testing.T) {
	want := Profile{
		ID: "001M000000qfPySIAU", Name: "Name", Owner: "Owner", TechnicalAccountManager: "Manager", SolutionsArchitect: "Architect",
		SalesSegment: "large", Region: "EMEA", Restricted: true, SupportHold: true, Escalated: true,
	}
	customer := Account{
		ID: "001M000000qfPySIAU", Name: "Name", Owner: "Owner", TechnicalAccountManager: "Manager", SolutionsArchitect: "Architect",
		SalesSegment: "large", Region: "EMEA", Restricted: true, SupportHold: true, Escalated: true,
	}
	if diff := cmp.Diff(want, customer.Profile()); diff != "" {
		t.Error(diff)
	}
	partner := Partner{
		ID: "001M000000qfPySIAU", Name: "Name", Owner: "Owner", TechnicalAccountManager: "Manager", SolutionsArchitect: "Architect",
		Restricted: true, SupportHold: true, Escalated: true,
	}
	want.SalesSegment, want.Region = "", ""
	if diff := cmp.Diff(want, partner.Profile()); diff != "" {
		t.Error(diff)
	}
}
