package main

// texts are the texts of a request, one after another in one buffer.
type texts struct {
	all  []byte
	list []piece
	room []byte
}

// piece is one text.
type piece struct {
	from, to int
	json     bool
	set      func([]byte) error
	spots    []spot
}

func (t *texts) reset() { t.all, t.list = t.all[:0], t.list[:0] }

// begin begins a text; what is appended to t.all until end belongs to it.
func (t *texts) begin(set func([]byte) error, json bool) {
	if len(t.list) < cap(t.list) {
		t.list = t.list[:len(t.list)+1]
	} else {
		t.list = append(t.list, piece{})
	}
	p := &t.list[len(t.list)-1]
	p.from, p.to, p.json, p.set, p.spots = len(t.all), len(t.all), json, set, p.spots[:0]
}

func (t *texts) end() { t.list[len(t.list)-1].to = len(t.all) }

// of is text n.
func (t *texts) of(n int) []byte { return t.all[t.list[n].from:t.list[n].to] }

// maxJoint is how much of two neighbouring texts is looked at together.
const maxJoint = 256

// joints looks for secrets that begin at the end of one text and go on at the begin of the next: somebody cut them.
// Only formats that are sure count: a name at the end of one message says nothing of the next.
func (p *secrets) joints() {
	generics := p.scan.on
	p.scan.on[generic], p.scan.on[authHeader], p.scan.on[connection] = false, false, false
	for n := range max(0, len(p.texts.list)-1) {
		p.joint(n)
	}
	p.scan.on = generics
}

// joint looks at the end of text n and the begin of the next.
func (p *secrets) joint(n int) {
	t := &p.texts
	a, b := t.of(n), t.of(n+1)
	left := len(trimEnd(a))
	right := len(b) - len(trimStart(b))
	tail := a[max(0, left-maxJoint):left]
	head := b[right:min(len(b), right+maxJoint)]
	if len(tail) == 0 || len(head) == 0 || t.list[n].json || t.list[n+1].json {
		return
	}
	t.room = append(append(t.room[:0], tail...), head...)
	p.find(t.room, 0, false, true)
	for _, m := range p.scan.found {
		from, to := p.view.place(m.from), p.view.place(m.to)
		if from >= len(tail) || to <= len(tail) {
			continue
		}
		if k := len(t.list[n].spots); k > 0 && t.list[n].spots[k-1].to > left-len(tail)+from || len(t.list[n+1].spots) > 0 && t.list[n+1].spots[0].from < right+to-len(tail) {
			return // one of them was whole already, and something stands next to it
		}
		first := spot{left - len(tail) + from, left, m.entity}
		second := spot{right, right + to - len(tail), m.entity}
		t.list[n].spots = append(t.list[n].spots, first)
		t.list[n+1].spots = append([]spot{second}, t.list[n+1].spots...)
		return
	}
}

func trimEnd(b []byte) []byte {
	for len(b) > 0 && in(b[len(b)-1], white|quote) {
		b = b[:len(b)-1]
	}
	return b
}

func trimStart(b []byte) []byte {
	for len(b) > 0 && in(b[0], white|quote) {
		b = b[1:]
	}
	return b
}
