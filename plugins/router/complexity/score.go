package main

import "github.com/yett-gateway/yett/sdk"

// score is how hard a prompt is, from 0 for a greeting to 100. It is a sum of points, each bounded, so that no single
// sign decides alone:
//
//	length of the last message of the user   up to 30: one for each 40 bytes
//	length of the conversation               up to 10: one for each 2 KiB
//	turns                                    up to 10: one for each message beyond the second
//	code                                     25: a fence, or five marks of code
//	words that ask for reasoning             up to 30: ten each
//	questions                                up to 10: five for each question mark beyond the first
//	tools                                    10 if any are declared, 10 more if the last message is a tool's result
func (c *complexity) score(r sdk.Request) int {
	points, total, last := 0, 0, -1
	n := r.NumMessages()
	for i := range n {
		m := r.Message(i)
		if m.Role() == "user" {
			last = i
		}
	}
	for i := range n {
		c.text = c.text[:0]
		m := r.Message(i)
		for j := range m.NumParts() {
			c.text = m.Part(j).AppendText(c.text)
		}
		total += len(c.text)
		if i == last {
			points += judge(c.text)
		}
	}
	points += min(10, total>>11) + min(10, max(0, n-2))
	if r.NumTools() > 0 {
		points += 10
	}
	if n > 0 && r.Message(n-1).Role() == "tool" {
		points += 10
	}
	return min(100, points)
}

// judge gives the points of one text.
func judge(text []byte) int {
	points := min(30, len(text)/40)
	if looksLikeCode(text) {
		points += 25
	}
	points += min(30, 10*reasoning(text))
	questions := 0
	for _, c := range text {
		if c == '?' {
			questions++
		}
	}
	return points + min(10, 5*max(0, questions-1))
}

// looksLikeCode tells whether there is a fence of ``` or five marks that prose seldom has.
func looksLikeCode(text []byte) bool {
	marks, fence := 0, 0
	for n, c := range text {
		switch c {
		case '`':
			if fence++; fence == 3 {
				return true
			}
			continue
		case '{', '}', ';', '=', '<', '>', '[', ']':
			marks++
		case '(':
			if n > 0 && text[n-1] != ' ' {
				marks++ // a call
			}
		}
		fence = 0
	}
	return marks >= 5
}

// words ask for reasoning. They are looked for at the begin of a word, so that "prov" finds "prove" and "proving".
var words = [...]string{
	"prov", "deriv", "analy", "compar", "optimi", "design", "architect", "debug", "refactor", "implement", "trade-off",
	"tradeoff", "step by step", "step-by-step", "reason", "evaluat", "explain why", "algorithm", "complexit", "theorem",
	"integral", "equation", "diagnos", "strateg", "critique", "plan", "why does", "root cause", "summari", "translate",
}

// first is the set of first letters of words.
var first = func() (t [256]bool) {
	for _, w := range words {
		t[w[0]] = true
	}
	return t
}()

// reasoning counts the words that are there, each once.
func reasoning(text []byte) int {
	var seen [len(words)]bool
	count := 0
	start := true
	for n, c := range text {
		if start && first[lower(c)] {
			for k, w := range words {
				if !seen[k] && begins(text[n:], w) {
					seen[k] = true
					count++
				}
			}
		}
		start = !isLetter(c)
	}
	return count
}

func begins(text []byte, w string) bool {
	if len(text) < len(w) {
		return false
	}
	for n := range len(w) {
		if lower(text[n]) != w[n] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isLetter(c byte) bool { c = lower(c); return c >= 'a' && c <= 'z' || c >= 0x80 }
