package kit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yett-gateway/yett/plugins/host"
)

// Replayer plays cases through a gateway with one plugin in it.
//
// Open comes before the plays of a case, and may be called again for the next. Its error is a *Refusal if the plugin
// refuses the configuration.
type Replayer interface {
	Open(ctx context.Context, c *Case) error
	// Clients are the dialects that clients can speak, Providers those that providers can.
	Clients() []string
	Providers() []string
	Play(ctx context.Context, c *Case, r *Replay) (*Outcome, error)
}

// Refusal is a plugin's word against a configuration.
type Refusal struct{ Reason string }

// Error is the reason.
func (r *Refusal) Error() string { return r.Reason }

// Replay is one way to play a case.
type Replay struct {
	// Client and Provider are the dialects of either side.
	Client, Provider string
	Stream           bool
	// Cuts are where a streamed answer's texts are cut into events: offsets into all that it says, ascending.
	Cuts []int
	// Wire is how the stream's bytes are written: 0 an event at a time, else in pieces of up to so many bytes,
	// wherever they end.
	Wire int
	// Escaped says that everything in the answer's JSON strings that can be is written as \u escapes.
	Escaped bool
	// How names the cut, for people.
	How string
}

// String is where a failure is: dialects, mode and cut; "" for the zero Replay.
func (r *Replay) String() string {
	s := r.Client
	if s == "" {
		return ""
	}
	if r.Provider != r.Client {
		s += " before a provider of " + r.Provider
	}
	if !r.Stream {
		return s + ", whole"
	}
	return s + ", streamed " + r.How
}

// Outcome is what came of a replay.
type Outcome struct {
	// Verdict is on_request's, "" if it wasn't called.
	Verdict string
	// Blocked says that the plugin refused request or answer; Where is the hook, Status and Reason are the plugin's.
	Blocked bool
	Where   string
	Status  int
	Reason  string
	Tag     string
	// Failed is why the plugin failed, or the gateway; "" if all went well.
	Failed string
	// Asked says that a provider was asked. Model, System, Prompt and UpstreamHeaders are what it got.
	Asked           bool
	Model, System   string
	Prompt          []string
	UpstreamHeaders map[string]string
	// What the client got. Cut says that the answer ended with an error in its middle.
	HTTPStatus                 int
	Headers                    map[string]string
	Text, Reasoning, Arguments string
	Cut                        bool
	// Message is the error's, if the answer is one.
	Message string
	// Used is the worst of each hook, by its name.
	Used map[string]host.Used
}

// maxCuts bounds the places where one answer is cut in two.
const maxCuts = 1000

// replays are all the ways in which a case is played.
func (c *Case) replays(clients, providers []string) []*Replay {
	var out []*Replay
	for _, client := range clients {
		if len(c.Dialects) > 0 && !slices.Contains(c.Dialects, client) {
			continue
		}
		// The plugin sees the client's dialect: its cuts are those of one provider, its own kind if there is one.
		own := providers[0]
		if slices.Contains(providers, client) {
			own = client
		}
		for _, provider := range providers {
			out = append(out, c.modes(client, provider, provider == own)...)
		}
	}
	// What goes unchanged comes first, so that it is what others are compared with.
	slices.SortStableFunc(out, func(a, b *Replay) int { return strings.Compare(a.kind(), b.kind()) })
	return out
}

// kind sorts replays: whole before streamed, untranslated before translated.
func (r *Replay) kind() string {
	return fmt.Sprint(b2i(r.Stream), b2i(r.Client != r.Provider))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// modes are the ways to play a case between two dialects; all of them, or those that a translation may matter to.
func (c *Case) modes(client, provider string, all bool) (out []*Replay) {
	if c.builtin && !all {
		return nil
	}
	if c.Stream == nil || !*c.Stream {
		out = append(out, &Replay{Client: client, Provider: provider})
	}
	if c.Stream != nil && !*c.Stream {
		return out
	}
	stream := func(how string, cuts []int) *Replay {
		r := &Replay{Client: client, Provider: provider, Stream: true, Cuts: cuts, How: how}
		out = append(out, r)
		return r
	}
	stream("in one piece", nil)
	text := c.Answer.joined()
	every := runeStarts(text)
	if len(every) == 0 {
		return out
	}
	if c.builtin {
		stream("rune by rune", every)
		return out
	}
	if all {
		for _, cut := range thin(every, maxCuts) {
			stream(fmt.Sprintf("cut at byte %d (%s)", cut, around(text, cut)), []int{cut})
		}
		r := stream("rune by rune, as escapes, byte by byte on the wire", every)
		r.Escaped, r.Wire = true, 1
		stream("rune by rune, byte by byte on the wire", every).Wire = 1
	}
	stream("rune by rune", every)
	for seed := range uint64(3) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var cuts []int
		for _, cut := range every {
			if rnd.IntN(4) == 0 {
				cuts = append(cuts, cut)
			}
		}
		r := stream(fmt.Sprintf("at random (seed %d: bytes %s)", seed, numbers(cuts)), cuts)
		r.Wire, r.Escaped = 7+rnd.IntN(60), seed == 2
	}
	return out
}

// runeStarts are the places where s can be cut: a JSON string holds whole code points, so that no event ends inside one.
func runeStarts(s string) []int {
	var out []int
	for i := range s {
		if i > 0 {
			out = append(out, i)
		}
	}
	return out
}

// thin returns at most n of list, evenly.
func thin(list []int, n int) []int {
	if len(list) <= n {
		return list
	}
	out := make([]int, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}

// around shows a cut: the text before and after it.
func around(s string, cut int) string {
	const most = 12
	from, to := max(0, cut-most), min(len(s), cut+most)
	for from > 0 && !utf8.RuneStart(s[from]) {
		from++
	}
	for to < len(s) && !utf8.RuneStart(s[to]) {
		to--
	}
	return strconv.Quote(s[from:cut]) + "|" + strconv.Quote(s[cut:to])
}

func numbers(list []int) string {
	const most = 8
	var out []string
	for i, n := range list {
		if i == most {
			out = append(out, "…")
			break
		}
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, " ")
}

// Split cuts the answer's texts as the replay says. Texts that are empty have no pieces.
func (r *Replay) Split(a *Answer) (out [][]string) {
	at := 0
	for _, text := range a.texts() {
		var pieces []string
		from := 0
		for _, cut := range r.Cuts {
			if cut -= at; cut > from && cut < len(text) {
				pieces = append(pieces, text[from:cut])
				from = cut
			}
		}
		if text != "" {
			pieces = append(pieces, text[from:])
		}
		out = append(out, pieces)
		at += len(text)
	}
	return out
}
