package main

// maxJoint is how much of two neighbouring texts is looked at together, in bytes of each.
const maxJoint = 240

// joint finds what was cut over several texts from one source: the end of what came before, and the begin of what
// follows, are looked at as one text, with a space between, and without one where a word may have been cut.
type joint struct {
	tail, room []byte
}

func (j *joint) reset() { j.tail = j.tail[:0] }

// judge looks at where a text meets those before it, and keeps its end for the next one.
func (j *joint) judge(d *detector, text []byte) finding {
	best := finding{score: -1}
	if len(j.tail) > 0 {
		head := text[:min(len(text), maxJoint)]
		for _, between := range [...]string{" ", ""} {
			if last := j.tail[len(j.tail)-1]; between == "" && (last <= ' ' || head[0] <= ' ') {
				break
			}
			j.room = append(append(append(j.room[:0], j.tail...), between...), head...)
			if f := d.judge(j.room); f.score-jointMargin > best.score {
				best = f
				best.score -= jointMargin
			}
		}
	}
	if len(text) < maxJoint && len(j.tail) > 0 {
		j.tail = append(append(j.tail, ' '), text...)
	} else {
		j.tail = append(j.tail[:0], text...)
	}
	if n := len(j.tail) - maxJoint; n > 0 {
		j.tail = append(j.tail[:0], j.tail[n:]...)
	}
	return best
}
