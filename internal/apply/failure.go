package apply

import (
	"fmt"
	"net/http"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// blame is what caused a write not to be accepted (docs/rules.md, One bad row
// is one bad row).
type blame int

const (
	// theContent of the request is refused, and would be at any time.
	theContent blame = iota
	// theRow, or a passing fault of the service: other requests tell.
	theRow
	// theRate of requests or jobs: the request was turned away unread.
	theRate
	// everything: every other request would be refused too.
	everything
)

// refusal is a write that was not accepted.
type refusal struct {
	blame blame
	// kind is the same for refusals that are alike.
	kind string
	// lost says that the request may have had its effect, unanswered that
	// nothing came back.
	lost, unanswered bool
	// code and words are Zendesk's own, or what is known instead.
	code, words string
	err         error
	// failure is nil when the answer was one of success, and of no use.
	failure *transport.Error
}

// judge finds out what caused a write to fail.
func judge(err error) *refusal {
	failure := transport.AsError(err)
	if failure == nil {
		return &refusal{blame: theRow, kind: "unusable", lost: true, words: err.Error(), err: err}
	}
	r := &refusal{
		blame: blameOf(failure), kind: fmt.Sprint(failure.Status, " ", failure.Code), lost: failure.Effect != transport.None,
		unanswered: failure.Status == 0, code: failure.Code, words: failure.Message, err: failure, failure: failure,
	}
	if r.code == "" || r.words == "" {
		// Zendesk's own words say little, or there are none.
		r.words = failure.Error()
	}
	return r
}

func blameOf(failure *transport.Error) blame {
	switch status := failure.Status; {
	case failure.Throttled():
		return theRate
	case status == http.StatusUnauthorized, status == http.StatusPaymentRequired, status >= 300 && status < 400:
		return everything
	case status == http.StatusForbidden && ownBody(failure):
		return everything
	case failure.Temporary(), status == http.StatusForbidden:
		return theRow
	case failure.Fatal(), status == 0, status >= 500:
		// No token, or another host.
		return everything
	}
	return theContent
}

// ownBody reports whether the words of the answer are Zendesk's: an edge server
// sends a page, or nothing.
func ownBody(failure *transport.Error) bool {
	return failure.Code != "" || (failure.Message != "" && failure.Message != transport.HTMLPage)
}

// answered reports whether Zendesk said that it did not carry the request out.
func (r *refusal) answered() bool { return r.failure != nil && r.failure.Status >= 400 }

// fatal returns the failure of a read that every other read would meet too, nil
// for one that its row may be to blame for.
func fatal(err error) error {
	if err == nil {
		return nil
	}
	if why := judge(err); !why.unanswered && (why.blame == theRow || why.blame == theContent) {
		return nil
	}
	return err
}

// nameTaken reports whether a create was refused for its name.
func (r *refusal) nameTaken() bool { return zendesk.NameTaken(r.err) }
