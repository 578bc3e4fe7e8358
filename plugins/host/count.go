package host

import (
	"hash/maphash"

	"github.com/yett-gateway/yett/plugins/host/tokens"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// What counting costs: 4 units for a byte of a usual text, 40 for one of words that no vocabulary has, as running for
// the time that it takes. maxCounts bounds how many counts a request keeps.
const (
	countUnits = 4
	maxCounts  = 4096
)

// encoding is that of the model that was asked for.
func (i *instance) encoding() *tokens.Encoding {
	model, _ := i.call.Exchange.Get(abi.FieldModel, 0, 0)
	e, _ := tokens.ForModel(model)
	return e
}

// count counts a text and charges for it on the way, so that a plugin without fuel is stopped before the end.
func (i *instance) count(e *tokens.Encoding, text []byte) int {
	c := e.Counter()
	n, due := 0, 0
	for len(text) > 0 {
		tokens, length, work := c.Next(text)
		n += tokens
		text = text[length:]
		if due += work * countUnits; due >= tickEvery/4 {
			i.spend(int64(due))
			due = 0
		}
	}
	c.Free()
	i.spend(int64(due))
	return n
}

// countSeed makes the keys of counts.
var countSeed = maphash.MakeSeed()

// counted is count for a text of the request, which is counted once. Counts are kept by the text's hash, so that an edit
// needn't be noticed.
func (i *instance) counted(e *tokens.Encoding, text []byte) int {
	const short = 16 // shorter than that counting is as fast
	if len(text) < short {
		return i.count(e, text)
	}
	i.charge(len(text))
	key := maphash.Bytes(countSeed, text)
	if e == tokens.CL100K {
		key = ^key
	}
	c := i.call
	if n, ok := c.Counts[key]; ok {
		return int(n)
	}
	n := i.count(e, text)
	if c.Counts == nil {
		c.Counts = map[uint64]int32{}
	}
	if len(c.Counts) < maxCounts {
		c.Counts[key] = int32(n)
	}
	return n
}

func callTokensCount(i *instance, s []uint64) {
	i.charge(0)
	text, ok := i.view(s[0], s[1])
	switch {
	case i.call == nil:
		s[0] = status(abi.BadField)
	case !ok:
		s[0] = status(abi.BadRange)
	case len(text) > abi.MaxCounted:
		s[0] = status(abi.TooLarge)
	default:
		s[0] = uint64(i.count(i.encoding(), text))
	}
}

func callTokensField(i *instance, s []uint64) {
	i.charge(0)
	f, ok := field(s[0])
	if !ok || i.call == nil || table.Fields[f].Kind != table.Text {
		s[0] = status(abi.BadField)
		return
	}
	e := i.encoding()
	switch f {
	case abi.FieldDelta, abi.FieldDeltaBefore: // another text each time
		text := i.call.Window
		if f == abi.FieldDeltaBefore {
			text = i.call.Before
		}
		if i.call.Hook != abi.OnDelta {
			s[0] = status(abi.Absent)
			return
		}
		s[0] = uint64(i.count(e, text))
		return
	}
	text, ok := i.call.Exchange.Get(f, index(s[1]), index(s[2]))
	switch {
	case !ok:
		s[0] = status(abi.Absent)
	case len(text) > abi.MaxCounted:
		s[0] = status(abi.TooLarge)
	default:
		s[0] = uint64(i.counted(e, text))
	}
}

// What OpenAI adds to texts, by its cookbook: for each message and for the begin of the answer, for each tool, and for
// the list of tools. A tool is counted by its name, description and schema; the models read a shorter form of the schema, so
// that tools are counted somewhat above what is charged. Images and files are not counted.
const (
	messageTokens = 3
	answerTokens  = 3
	toolTokens    = 7
	toolsTokens   = 12
)

func callTokensPrompt(i *instance, s []uint64) {
	i.charge(0)
	if i.call == nil {
		s[0] = status(abi.BadField)
		return
	}
	e := i.encoding()
	sum := answerTokens
	add := func(f abi.Field, m, part int) bool {
		text, ok := i.call.Exchange.Get(f, m, part)
		if !ok {
			return true
		}
		if len(text) > abi.MaxCounted {
			return false
		}
		sum += i.counted(e, text)
		return true
	}
	fits := true
	messages, _ := i.call.Exchange.Num(abi.FieldMessages, 0, 0)
	for m := range int(messages) {
		sum += messageTokens
		fits = fits && add(abi.FieldRole, m, 0)
		parts, _ := i.call.Exchange.Num(abi.FieldParts, m, 0)
		for p := range int(parts) {
			fits = fits && add(abi.FieldPartText, m, p) && add(abi.FieldPartName, m, p)
			i.charge(0)
		}
		i.charge(0)
	}
	tools, _ := i.call.Exchange.Num(abi.FieldTools, 0, 0)
	for t := range int(tools) {
		if t == 0 {
			sum += toolsTokens
		}
		sum += toolTokens
		fits = fits && add(abi.FieldToolName, t, 0) && add(abi.FieldToolText, t, 0) && add(abi.FieldToolSchema, t, 0)
		i.charge(0)
	}
	if !fits {
		s[0] = status(abi.TooLarge)
		return
	}
	s[0] = uint64(uint32(min(sum, 1<<31-1)))
}
