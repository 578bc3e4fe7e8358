package dialect

// Finish is why an answer ended. The zero Finish is unknown.
type Finish uint8

// The reasons.
const (
	FinishNone    Finish = iota
	FinishStop           // the model had said all
	FinishLength         // the output or context limit was reached
	FinishTools          // the model wants tools called
	FinishFilter         // content policy or refusal
	FinishStopSeq        // a stop sequence was met; stages read "stop"
	finishes
)

var finishNames = [finishes][]byte{
	nil, []byte("stop"), []byte("length"), []byte("tool_calls"), []byte("content_filter"), []byte("stop"),
}

// String is the word that stages read; "" for FinishNone.
func (f Finish) String() string { return string(finishNames[f]) }
