package mock

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// answer is what the model says, before it has the form of an API.
type answer struct {
	id      string
	created int64
	model   string
	thought string
	text    string
	calls   []call
	finish  finish
	stop    string // the stop sequence that was met

	prompt, output, thoughts, cached int // tokens
}

// call is a tool call. args is JSON, or text for a tool without a schema.
type call struct{ id, name, args string }

// finish is why an answer ends.
type finish uint8

const (
	finishEnd finish = iota
	finishLength
	finishStop // a stop sequence
	finishCall
	finishNone // the script hides the reason
)

// piece is one delta.
type piece struct {
	what        pieceKind
	text        string
	call        int  // index of the call
	first, last bool // of its block
}

type pieceKind uint8

const (
	thoughtPiece pieceKind = iota
	textPiece
	callPiece
)

const (
	thoughtPieces = 3
	callPieces    = 4
)

// compose makes the answer to a under p.
func compose(d *document, a *ask, p *plan, callPrefix, id string) *answer {
	out := &answer{id: id, model: a.model, prompt: tokens(a.textBytes), cached: p.cached}
	out.cached = min(out.cached, out.prompt)
	if p.name != "" {
		out.model = p.name
	}
	if a.think || p.think {
		out.thought = "Let me think about this: " + firstWords(a.user, 8)
		out.thoughts = tokens(len(out.thought))
	}
	if a.wantsCall(p) {
		out.calls, out.finish = makeCalls(d, a, p, callPrefix+id), finishCall
	} else {
		out.speak(d, a, p)
	}
	out.output = out.thoughts + tokens(len(out.text))
	for _, c := range out.calls {
		out.output += tokens(len(c.name) + len(c.args))
	}
	if p.nofinish {
		out.finish = finishNone
	}
	return out
}

// speak fills in the text and why it ends.
func (out *answer) speak(d *document, a *ask, p *plan) {
	out.text = say(d, a, p)
	if a.prefilled {
		out.text = continuation(out.text, a.prefill)
	}
	for _, s := range a.stops {
		if i := strings.Index(out.text, s); s != "" && i >= 0 {
			out.text, out.finish, out.stop = out.text[:i], finishStop, s
		}
	}
	if a.limit > 0 && tokens(len(out.text)) > a.limit {
		out.text, out.finish, out.stop = cutRunes(out.text, a.limit*4), finishLength, ""
	}
}

// say is the whole text, were nothing said before.
func say(d *document, a *ask, p *plan) string {
	switch {
	case a.answered:
		return "The tool said: " + a.result
	case a.json && a.schema != nothing:
		return string(newFiller(d, a.user).value(nil, a.schema, 0))
	case a.json:
		return string(append(appendString([]byte(`{"said":`), a.user), '}'))
	case p.echo:
		return a.user
	}
	voice := "You said:"
	if p.voiced {
		voice = p.voice
	}
	return pad(strings.TrimSpace(voice+" "+a.user), p.chunks, p.size)
}

// pad brings a text to n×size bytes, or with a size of -1 to at least n words.
func pad(s string, n, size int) string {
	if size < 0 {
		b := []byte(s)
		for words := len(strings.Fields(s)); words < n; {
			words++
			b = strconv.AppendInt(append(b, " w"...), int64(words), 10)
		}
		return string(b)
	}
	total := min(n*size, maxNumber)
	if len(s) >= total {
		return cutRunes(s, total)
	}
	b := append(make([]byte, 0, total+16), s...)
	for words := 0; len(b) < total; words++ {
		b = strconv.AppendInt(append(b, " w"...), int64(words), 10)
	}
	return string(b[:total])
}

// continuation is what is left of a text after what was said of it. A text that was begun otherwise is
// continued after as many words.
func continuation(whole, said string) string {
	said = strings.TrimRight(said, " \t\r\n")
	if rest, ok := strings.CutPrefix(whole, said); ok {
		return rest
	}
	skip := len(strings.Fields(said))
	rest := whole
	for ; skip > 0 && rest != ""; skip-- {
		rest = strings.TrimLeft(rest, " ")
		if i := strings.IndexByte(rest, ' '); i >= 0 {
			rest = rest[i:]
		} else {
			rest = ""
		}
	}
	return rest
}

// cutRunes cuts s to at most n bytes, between runes.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func firstWords(s string, n int) string {
	f := strings.Fields(s)
	return strings.Join(f[:min(n, len(f))], " ")
}

// pieces cuts an answer into its deltas.
func (out *answer) pieces(p *plan) []piece {
	ps := make([]piece, 0, p.chunks+8)
	ps = appendPieces(ps, piece{what: thoughtPiece}, splitEven(out.thought, thoughtPieces))
	ps = appendPieces(ps, piece{what: textPiece}, splitText(out.text, p))
	for i, c := range out.calls {
		parts := splitEven(c.args, callPieces)
		if len(parts) == 0 {
			parts = []string{""}
		}
		ps = appendPieces(ps, piece{what: callPiece, call: i}, parts)
	}
	return ps
}

func appendPieces(ps []piece, like piece, parts []string) []piece {
	for i, s := range parts {
		like.text, like.first, like.last = s, i == 0, i == len(parts)-1
		ps = append(ps, like)
	}
	return ps
}

// splitText cuts a text into p.chunks parts: of p.size bytes, or of words if it has enough of them, or of runes.
func splitText(s string, p *plan) []string {
	if p.size > 0 {
		var parts []string
		for s != "" {
			part := cutRunes(s, p.size)
			if part == "" {
				part = s // a rune longer than size
			}
			parts = append(parts, part)
			s = s[len(part):]
		}
		return parts
	}
	ends := wordEnds(s)
	if len(ends) < p.chunks && p.echo {
		return splitEven(s, p.chunks)
	}
	n := min(max(p.chunks, 1), len(ends))
	parts := make([]string, 0, n)
	for i, from := 0, 0; i < n; i++ {
		to := ends[(i+1)*len(ends)/n-1]
		parts = append(parts, s[from:to])
		from = to
	}
	return parts
}

// wordEnds are the ends of a text's words; blanks belong to the word behind them, the last ones to the last.
func wordEnds(s string) []int {
	ends := make([]int, 0, 16)
	inWord := false
	for i := range len(s) {
		blank := s[i] == ' ' || s[i] == '\n'
		if blank && inWord {
			ends = append(ends, i)
		}
		inWord = !blank
	}
	if s == "" {
		return nil
	}
	if !inWord && len(ends) > 0 {
		ends[len(ends)-1] = len(s)
		return ends
	}
	return append(ends, len(s))
}

// splitEven cuts a text into n parts of about the same length, fewer if it has fewer runes.
func splitEven(s string, n int) []string {
	var parts []string
	for n = max(n, 1); s != ""; n-- {
		size := (len(s) + n - 1) / max(n, 1)
		if n <= 1 {
			size = len(s)
		}
		part := cutRunes(s, size)
		if part == "" {
			_, w := utf8.DecodeRuneInString(s)
			part = s[:w]
		}
		parts = append(parts, part)
		s = s[len(part):]
	}
	return parts
}
