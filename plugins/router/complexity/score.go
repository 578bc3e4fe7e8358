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
	f := read(text)
	points := min(30, len(text)/40) + min(30, 10*f.words) + min(10, 5*max(0, f.questions-1))
	if f.fence || f.marks >= 5 {
		points += 25
	}
	return points
}
