package upstream

import (
	"errors"

	"github.com/yett-gateway/yett/engine/fault"
)

// The causes of an UpstreamTimeout, for records that tell which phase was late. Find them with errors.Is.
var (
	// ErrConnectDeadline comes when no connection was up in time.
	ErrConnectDeadline = errors.New("connect deadline passed: check the provider's address, or raise deadline.connect")
	// ErrPendingDeadline comes when all connections stayed busy for as long as the head may take.
	ErrPendingDeadline = errors.New("no connection became free in time: raise the provider's connections, or its deadline.headers")
	// ErrHeadersDeadline comes when the answer's head was not complete in time.
	ErrHeadersDeadline = errors.New("headers deadline passed before the answer's head was complete: raise deadline.headers if the provider is slow by nature")
	// ErrFirstTokenDeadline comes when a stream brought no first token in time.
	ErrFirstTokenDeadline = errors.New("first token deadline passed: raise deadline.first_token if the model thinks for longer")
	// ErrIdleDeadline comes when a stream fell silent.
	ErrIdleDeadline = errors.New("idle deadline passed between two reads of a stream: raise deadline.idle if the model pauses for longer")
	// ErrTotalDeadline comes when a whole answer was not complete in time.
	ErrTotalDeadline = errors.New("total deadline passed before the answer was complete: raise deadline.total, or stream")
)

// ErrRequest is the cause when a Request can't be sent as it stands. It is a bug of the caller; nothing was sent.
var ErrRequest = errors.New("request can't be sent")

var (
	errCancelled   = errors.New("exchange was cancelled")
	errPendingFull = errors.New("every connection is busy and the queue for one is full: raise the provider's connections")
	errNoConn      = errors.New("dial function returned neither a connection nor an error")
	errNoAnswer    = errors.New("connection closed before the first byte of the answer")
	errCutHead     = errors.New("connection closed inside the answer's head")
	errCutBody     = errors.New("connection closed inside the answer's body")
	errBodyLimit   = errors.New("answer's body is above the limit")
	errWindow      = errors.New("stream's longest event is above the limit")
	errSwitch      = errors.New("answer is 101 though no upgrade was asked for")
	errUnsent      = errors.New("request could not be sent")
	errSendPanic   = errors.New("sending panicked")
	errNotOpen     = errors.New("exchange has no answer: Do comes first")
	errInterim     = errors.New("too many interim answers")
)

// What clients read. None of it names the provider's address.
const (
	publicConnect  = "the provider could not be reached; try again later"
	publicTimeout  = "the provider did not answer in time; try again later"
	publicCut      = "the provider's answer broke off; try again"
	publicInvalid  = "the provider's answer broke the HTTP protocol"
	publicOverload = "too many requests are waiting for the provider; try again later"
	publicGone     = "the client left"
	publicInternal = "the gateway could not build the provider's request"
)

func connectFault(cause error) error { return fault.Wrap(fault.UpstreamConnect, publicConnect, cause) }

func timeoutFault(cause error) error { return fault.Wrap(fault.UpstreamTimeout, publicTimeout, cause) }
func cutFault(cause error) error     { return fault.Wrap(fault.UpstreamCut, publicCut, cause) }
func invalidFault(cause error) error { return fault.Wrap(fault.UpstreamInvalid, publicInvalid, cause) }

func goneFault() error { return fault.Wrap(fault.ClientGone, publicGone, errCancelled) }

func overloadFault() error {
	return fault.Wrap(fault.Overloaded, publicOverload, errPendingFull)
}

// cause joins what was being done with what the socket said; the first stays findable by errors.Is.
func cause(doing, err error) error {
	if err == nil {
		return doing
	}
	return &chained{doing, err}
}

type chained struct{ doing, err error }

func (c *chained) Error() string   { return c.doing.Error() + ": " + c.err.Error() }
func (c *chained) Unwrap() []error { return []error{c.doing, c.err} }

// isCut tells whether err is an answer that broke off, as opposed to one that was late, wrong or unwanted.
func isCut(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Kind == fault.UpstreamCut
}

func internalFault(err error) error { return fault.Wrap(fault.Internal, publicInternal, err) }
