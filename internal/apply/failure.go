package apply

import (
	"fmt"
	"net/http"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// blame is the cause of a refused write (docs/rules.md, Failed rows).
type blame int

const (
	// theContent of the request is refused, now and later.
	theContent blame = iota
	// theRow, or a temporary fault of the service: other requests show which.
	theRow
	// theRate of requests or jobs is too high: the request was not read.
	theRate
	// everything is refused: every other request would be too.
	everything
)

// refusal describes a write that was not accepted.
type refusal struct {
	blame blame
	// kind is the same for refusals that are alike.
	kind string
	// lost says that the request may have had its effect, unanswered that there was
	// no answer.
	lost, unanswered bool
	// code and words are Zendesk's own, or what is known instead.
	code, words string
	err         error
	// failure is nil if the answer was a success that cannot be read.
	failure *transport.Error
}

// judge finds the cause of a failed write.
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
		// Zendesk gave no reason, or an incomplete one.
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
		// There is no token, or the host is another.
		return everything
	}
	return theContent
}

// ownBody reports whether the answer is Zendesk's own: an edge server sends a
// page, or nothing.
func ownBody(failure *transport.Error) bool {
	return failure.Code != "" || (failure.Message != "" && failure.Message != transport.HTMLPage)
}

// answered reports whether Zendesk said that it did not carry the request out.
func (r *refusal) answered() bool { return r.failure != nil && r.failure.Status >= 400 }

// fatal returns the failure if every other read would fail in the same way, and
// nil if its row may be to blame.
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
