package main

// equal tells whether two values are the same as JSON has it: numbers by what they are worth, objects without order.
func equal(a *doc, i int32, b *doc, j int32) bool {
	x, y := &a.nodes[i], &b.nodes[j]
	if x.kind != y.kind || x.size != y.size {
		return false
	}
	switch x.kind {
	case number:
		return compare(decimalOf(a.text(i)), decimalOf(b.text(j))) == 0
	case text:
		return string(a.text(i)) == string(b.text(j))
	case list:
		for i, j = i+1, j+1; i < x.next; i, j = a.nodes[i].next, b.nodes[j].next {
			if !equal(a, i, b, j) {
				return false
			}
		}
	case object:
		for i++; i < x.next; i = a.nodes[i+1].next {
			m := b.find(j+1, y.next, a.text(i))
			if m < 0 || !equal(a, i+1, b, m+1) {
				return false
			}
		}
	}
	return true
}

// FNV-1a.
const (
	hashStart uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

func hashText(s []byte) uint64 {
	h := hashStart
	for _, c := range s {
		h = (h ^ uint64(c)) * hashPrime
	}
	return h
}

// hash is the same for equal values.
func hash(d *doc, i int32) uint64 {
	x := &d.nodes[i]
	h := hashStart ^ uint64(x.kind)<<32 ^ uint64(x.size)
	switch x.kind {
	case number:
		n := decimalOf(d.text(i))
		h = (h ^ uint64(n.exp)) * hashPrime
		if n.negative {
			h ^= 1 << 40
		}
		at := 0
		var c byte
		for range n.digits {
			c, at = digit(n.written, at)
			h = (h ^ uint64(c)) * hashPrime
		}
	case text:
		h ^= hashText(d.text(i))
	case list:
		for i++; i < x.next; i = d.nodes[i].next {
			h = (h ^ hash(d, i)) * hashPrime
		}
	case object:
		sum := uint64(0)
		for i++; i < x.next; i = d.nodes[i+1].next {
			sum += (hashText(d.text(i)) ^ hash(d, i+1)*3) * hashPrime
		}
		h ^= sum
	}
	return h * hashPrime
}
