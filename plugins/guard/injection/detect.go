package main

import "errors"

// What a score must be above: by sensitivity, and what is added and taken off for pieces of texts.
const (
	lowLimit     = 0.6
	mediumLimit  = 0.35
	highLimit    = 0.1
	windowMargin = 0.3 // a window of a long text must weigh more
	jointMargin  = 0.3 // and what is made of two texts
	hiddenBonus  = 0.6 // what was hidden may weigh less
	maxDepth     = 3   // how deep what is encoded may be nested
)

// Pieces of long texts, in bytes.
const (
	maxPiece     = 64 << 10
	pieceOverlap = 2 << 10
)

// detector finds attacks in texts.
type detector struct {
	reader         reader
	model          *model
	limit          float32 // of scores
	phrases, allow [][]uint32
	hidden         [maxDepth][]byte
}

func newDetector(tsv string) (*detector, error) {
	m, err := newModel(tsv)
	if err != nil {
		return nil, err
	}
	return &detector{reader: reader{lexicon: newLexicon()}, model: m, limit: mediumLimit}, nil
}

// judge finds the most suspicious piece of a text, as it stands or as what it hides. Above a score of zero it is one.
// A long text is judged in pieces that overlap, so that it takes no more memory than one of them.
func (d *detector) judge(text []byte) finding {
	best := finding{score: -1}
	for len(text) > maxPiece && best.score <= 0 {
		if f := d.look(text[:maxPiece], 0); f.score > best.score {
			best = f
		}
		text = text[maxPiece-pieceOverlap:]
	}
	if best.score > 0 {
		return best
	}
	if f := d.look(text, 0); f.score > best.score {
		best = f
	}
	return best
}

func (d *detector) look(text []byte, depth int) finding {
	r := &d.reader
	r.reset()
	r.read(text)
	for _, p := range d.allow {
		r.tokens = without(r.tokens, p)
	}
	for _, p := range d.phrases {
		if find(r.tokens, p) >= 0 {
			return finding{score: 1, topic: ownPhrase}
		}
	}
	best := d.model.weigh(r.tokens, windowMargin)
	best.score -= d.limit
	if best.score > 0 {
		best.topic = d.model.name(r.tokens[best.from:best.to])
	}
	if depth == maxDepth {
		return best
	}
	if hidden := d.uncover(text, depth); len(hidden) > 0 {
		f := d.look(hidden, depth+1)
		if f.score += hiddenBonus; f.score > best.score {
			f.topic = concealed
			return f
		}
	}
	return best
}

// uncover is what the text that was read hides: in tags, in base64 or hexadecimal digits, in ROT13, written backwards.
func (d *detector) uncover(text []byte, depth int) []byte {
	r := &d.reader
	out := append(append(d.hidden[depth][:0], r.tagged...), r.decoded...)
	if r.rot > 1 {
		for _, c := range text {
			out = append(out, rot13(c))
		}
	}
	if r.reverse > 1 {
		out = backwards(out, text)
	}
	d.hidden[depth] = out
	return out
}

// sequences makes phrases of the configuration comparable.
func (d *detector) sequences(member string, phrases []string) (out [][]uint32, err error) {
	for _, p := range phrases {
		d.reader.reset()
		d.reader.read([]byte(p))
		var s []uint32
		for _, t := range d.reader.tokens {
			switch t.hash {
			case stop:
			case blank:
				return nil, errors.New(member + ` has "` + p + `", of a script whose words can't be told apart here`)
			default:
				s = append(s, t.hash)
			}
		}
		if len(s) < 2 {
			return nil, errors.New(member + ` has "` + p + `": a phrase has at least two words`)
		}
		out = append(out, s)
	}
	return out, nil
}

// find is where a phrase begins in a text, whatever marks stand in it, -1 if it isn't there.
func find(tokens []token, phrase []uint32) int {
	for n, t := range tokens {
		if t.hash == phrase[0] && span(tokens[n:], phrase) > 0 {
			return n
		}
	}
	return -1
}

// span is how many tokens a phrase takes at the begin of a text, 0 if it doesn't stand there.
func span(tokens []token, phrase []uint32) int {
	k := 0
	for n, t := range tokens {
		if t.hash == phrase[k] {
			if k++; k == len(phrase) {
				return n + 1
			}
		} else if t.hash != stop {
			break
		}
	}
	return 0
}

// without takes a phrase out of a text, wherever it stands.
func without(tokens []token, phrase []uint32) []token {
	kept := tokens[:0]
	for n := 0; n < len(tokens); {
		size := 0
		if tokens[n].hash == phrase[0] {
			size = span(tokens[n:], phrase)
		}
		if size > 0 {
			n += size
			continue
		}
		if tokens[n].hash == stop && len(kept) > 0 && kept[len(kept)-1].hash == stop {
			n++
			continue
		}
		kept = append(kept, tokens[n])
		n++
	}
	return kept
}
