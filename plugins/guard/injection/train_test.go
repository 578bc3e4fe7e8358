package main

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	measureOn = flag.String("measure", "", "folder with sets of texts, *.jsonl, to count on")
	trainFrom = flag.String("train", "", "folder with sets of texts, *.jsonl: makes weights.tsv from them and testdata/tune.jsonl")
	folds     = flag.Int("folds", 0, "how often to train on all groups but one in so many, and count on those")
	most      = flag.Int("features", 8000, "how many features to keep")
	strength  = flag.Float64("c", 2, "how much a mistake costs")
)

// text is the folded word of token n, if they are kept.
func (r *reader) text(n int) []byte {
	to := len(r.letters)
	if n+1 < len(r.tokens) {
		to = int(r.tokens[n+1].from)
	}
	return r.letters[r.tokens[n].from:to]
}

// namer gives features their names and numbers.
type namer struct {
	reader reader
	number map[string]int32
	names  []string
}

// tokens reads a text, and tells the words of its tokens.
func (n *namer) tokens(text string) ([]token, []string) {
	r := &n.reader
	r.reset()
	r.read([]byte(text))
	words := make([]string, len(r.tokens))
	for k, t := range r.tokens {
		switch t.hash {
		case stop:
			words[k] = "."
		case number:
			words[k] = "#"
		case blank:
			words[k] = "_"
		default:
			words[k] = string(r.text(k))
		}
	}
	return append([]token(nil), r.tokens...), words
}

// artefacts are words that tell a set and not an attack: what tests of others look for, and "and" and "the" written
// backwards and in ROT13.
var artefacts = map[string]bool{"canary": true, "pwned": true, "dna": true, "gur": true, "naq": true, "eht": true}

// features are the numbers of the different features of tokens, and adds new ones to the names.
func (n *namer) features(tokens []token, words []string) []int32 {
	var x extractor
	seen := map[int32]bool{}
	var out []int32
	add := func(name string) {
		for _, w := range fields(name) {
			if artefacts[w] {
				return
			}
		}
		id, ok := n.number[name]
		if !ok {
			id = int32(len(n.names))
			n.number[name] = id
			n.names = append(n.names, name)
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	for k, t := range tokens {
		if t.hash != stop {
			add(words[k])
		}
		if k > 0 {
			add(words[k-1] + " " + words[k])
		}
		if k > 1 {
			add(words[k-2] + " " + words[k-1] + " " + words[k])
		}
		if t.class == 0 {
			continue
		}
		for _, f := range x.next(t.class, k) {
			name := "@" + classNames[f.a]
			if f.kind > classKind {
				name += " @" + classNames[f.b]
			}
			if f.kind > pairKind {
				name += " @" + classNames[f.c]
			}
			add(name)
		}
	}
	return out
}

// worst are the features of the piece of a long attack that weighs most, so that pieces of others are found.
func (n *namer) worst(e example, w []float64) (best []int32) {
	const size = 48
	if !e.Attack {
		return nil
	}
	tokens, words := n.tokens(e.Text)
	most := 0.0
	for from := 0; len(tokens) > 2*size && from+size <= len(tokens); from += size / 2 {
		x := n.features(tokens[from:from+size], words[from:from+size])
		sum := 0.0
		for _, f := range x {
			if int(f) < len(w) {
				sum += w[f]
			}
		}
		if v := sum / math.Sqrt(float64(len(x))); v > most {
			best, most = x, v
		}
	}
	return best
}

// train makes weights of examples.
func train(examples []example, log func(string, ...any)) string {
	n := &namer{reader: reader{lexicon: newLexicon(), keep: true}, number: map[string]int32{}}
	var rows []example
	random := rand.New(rand.NewPCG(1, 2))
	var calm [][]token // pieces of texts that are no attacks, to hide attacks in
	var calmWords [][]string
	for _, e := range examples {
		tokens, words := n.tokens(e.Text)
		e.x = n.features(tokens, words)
		rows = append(rows, e)
		if !e.Attack && len(tokens) > 2*blockTokens {
			for range min(3, len(tokens)/blockTokens-1) {
				from := random.IntN(len(tokens) - 2*blockTokens)
				piece, pieceWords := tokens[from:from+2*blockTokens], words[from:from+2*blockTokens]
				calm, calmWords = append(calm, piece), append(calmWords, pieceWords)
				part := e
				part.x, part.weight = n.features(piece, pieceWords), e.weight*0.7
				rows = append(rows, part)
			}
		}
	}
	for _, e := range examples {
		if e.Attack && e.Kind != "" {
			for _, d := range disguises(e.Text, random) {
				tokens, words := n.tokens(d)
				part := e
				part.x, part.weight = n.features(tokens, words), e.weight*0.3
				rows = append(rows, part)
			}
		}
		tokens, words := n.tokens(e.Text)
		if e.Attack && len(tokens) < 70 && len(calm) > 0 {
			for range 2 {
				k := random.IntN(len(calm))
				size := 40 + random.IntN(40)
				at := random.IntN(size)
				mixed, mixedWords := calm[k][:at:at], calmWords[k][:at:at]
				for m := range tokens { // their ends of sentences meet
					if tokens[m].hash != stop || len(mixed) > 0 && mixed[len(mixed)-1].hash != stop {
						mixed, mixedWords = append(mixed, tokens[m]), append(mixedWords, words[m])
					}
				}
				rest := at
				if calm[k][rest].hash == stop {
					rest++
				}
				mixed, mixedWords = append(mixed, calm[k][rest:size]...), append(mixedWords, calmWords[k][rest:size]...)
				part := e
				part.x, part.weight = n.features(mixed, mixedWords), e.weight*0.5
				rows = append(rows, part)
			}
		}
	}
	common := make([]int, len(n.names))
	groups := make([]map[int]bool, len(n.names))
	for _, e := range rows {
		for _, f := range e.x {
			if groups[f] == nil {
				groups[f] = map[int]bool{}
			}
			if len(groups[f]) < 4 {
				groups[f][e.Group] = true
			}
			common[f]++
		}
	}
	keep := func(ok func(int32) bool) {
		for k := range rows {
			var x []int32
			for _, f := range rows[k].x {
				if ok(f) {
					x = append(x, f)
				}
			}
			rows[k].x = x
		}
	}
	keep(func(f int32) bool { return len(groups[f]) >= 3 })
	w, _ := fit(rows, len(n.names))
	for _, e := range examples {
		if x := n.worst(e, w); x != nil {
			e.x, e.weight = x, e.weight*0.4
			rows = append(rows, e)
		}
	}
	keep(func(f int32) bool { return int(f) < len(groups) && len(groups[f]) >= 3 })
	w, _ = fit(rows, len(n.names))
	order := make([]int32, len(n.names))
	worth := make([]float64, len(n.names))
	for k := range order {
		order[k] = int32(k)
		worth[k] = math.Abs(w[k]) * math.Sqrt(math.Min(float64(common[k]), 60))
	}
	sort.Slice(order, func(a, b int) bool { return worth[order[a]] > worth[order[b]] })
	chosen := map[int32]bool{}
	for _, k := range order[:min(*most, len(order))] {
		chosen[k] = true
	}
	keep(func(f int32) bool { return chosen[f] })
	w, bias := fit(rows, len(n.names))
	var lines []string
	for f := range chosen {
		if v := int(math.Round(w[f] * 1000)); v != 0 {
			lines = append(lines, fmt.Sprintf("%s\t%d\n", n.names[f], v))
		}
	}
	sort.Strings(lines)
	log("%d rows, %d features of %d, bias %.3f", len(rows), len(lines), len(n.names), bias)
	return fmt.Sprintf("\t%d\n", int(math.Round(bias*1000))) + strings.Join(lines, "")
}

// fit finds the weights of a linear support vector machine with squared loss, by dual coordinate descent.
func fit(rows []example, features int) (w []float64, bias float64) {
	w = make([]float64, features)
	alpha := make([]float64, len(rows))
	order := make([]int, len(rows))
	for k := range order {
		order[k] = k
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		random.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, k := range order {
			e := &rows[k]
			y := -1.0
			if e.Attack {
				y = 1
			}
			v := 1 / math.Sqrt(float64(max(len(e.x), minFeatures)))
			sum := 0.0
			for _, f := range e.x {
				sum += w[f]
			}
			soft := 1 / (2 * *strength * e.weight)
			g := y*(sum*v+bias) - 1 + soft*alpha[k]
			norm := float64(len(e.x))*v*v + 1 + soft
			a := math.Max(alpha[k]-g/norm, 0)
			d := (a - alpha[k]) * y
			alpha[k] = a
			if d != 0 {
				for _, f := range e.x {
					w[f] += d * v
				}
				bias += d
			}
		}
	}
	return w, bias
}

// disguises are ways to hide a text.
func disguises(text string, random *rand.Rand) []string {
	leet := strings.NewReplacer("a", "4", "e", "3", "i", "1", "o", "0", "s", "5")
	alike := strings.NewReplacer("a", "а", "e", "е", "o", "о", "p", "р", "c", "с")
	var spaced strings.Builder
	for _, c := range text {
		spaced.WriteRune(c)
		spaced.WriteByte(' ')
	}
	all := []string{leet.Replace(text), alike.Replace(text), spaced.String()}
	return all[random.IntN(3):][:1]
}

// grammar makes texts of the patterns in testdata/grammar.txt, a few of each.
func grammar(t testing.TB) (out []example) {
	text, err := os.ReadFile("testdata/grammar.txt")
	require.NoError(t, err)
	slots := map[string][]string{}
	random := rand.New(rand.NewPCG(5, 6))
	for n, line := range strings.Split(string(text), "\n") {
		if name, list, ok := strings.Cut(line, " = "); ok && len(fields(name)) == 1 {
			slots[name] = strings.Split(list, " | ")
			continue
		}
		if len(line) < 3 || line[0] != '+' && line[0] != '-' {
			continue
		}
		seen := map[string]bool{}
		for range 12 {
			s := line[2:]
			for {
				from := strings.IndexByte(s, '{')
				if from < 0 {
					break
				}
				to := from + strings.IndexByte(s[from:], '}')
				list := slots[s[from+1:to]]
				require.NotEmpty(t, list, line)
				s = s[:from] + list[random.IntN(len(list))] + s[to+1:]
			}
			if !seen[s] {
				seen[s] = true
				out = append(out, example{Text: s, Attack: line[0] == '+', Set: "grammar", Group: 2_000_000 + n, weight: 0.5})
			}
		}
	}
	return out
}

func TestTrain(t *testing.T) {
	if *trainFrom == "" {
		t.Skip("without -train there is nothing to learn from")
	}
	files, err := filepath.Glob(filepath.Join(*trainFrom, "*.jsonl"))
	require.NoError(t, err)
	var public []example
	for _, f := range files {
		for _, e := range readSet(t, f) {
			if strings.HasPrefix(e.Set, "mined") {
				e.weight = 0.1 // single sentences with words that attacks have too
			}
			public = append(public, e)
		}
	}
	own := readSet(t, "testdata/tune.jsonl")
	for k := range own {
		own[k].Group, own[k].Set, own[k].weight = 1_000_000+k, "tune", 2
	}
	c := counts{}
	all := append(append(append([]example(nil), public...), own...), grammar(t)...)
	for fold := range *folds {
		var in, out []example
		for _, e := range all {
			if (e.Group*2654435761>>8)%*folds == fold {
				out = append(out, e)
			} else {
				in = append(in, e)
			}
		}
		d, err := newDetector(train(in, t.Logf))
		require.NoError(t, err)
		for _, e := range out {
			c.add(e.Set, e.Attack, d.judge([]byte(e.Text)).score > 0)
		}
	}
	c.log(t)
	if *folds == 0 {
		require.NoError(t, os.WriteFile("weights.tsv", []byte(train(all, t.Logf)), 0o644))
	}
}
