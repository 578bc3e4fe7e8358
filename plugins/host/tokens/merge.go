package tokens

// scanMost is the longest piece, in bytes, for which looking at all pairs is faster than keeping them in a heap.
const scanMost = 64

// node is where a part of a piece begins. rank is that of the part together with the next one.
type node struct {
	prev, next int32
	rank       uint32
}

// merge returns how many tokens a piece has that isn't one itself.
func (c *Counter) merge(piece []byte) int {
	if len(piece) <= scanMost {
		return c.scan(piece)
	}
	return c.queue(piece)
}

// start makes a part of each byte. The last node is the end and no part.
func (c *Counter) start(piece []byte) []node {
	n := len(piece)
	if cap(c.nodes) < n+1 {
		c.nodes = make([]node, n+1, max(n+1, 2*cap(c.nodes)))
	}
	nodes := c.nodes[:n+1]
	v := c.e.vocab
	for i := range nodes {
		nodes[i] = node{prev: int32(i) - 1, next: int32(i) + 1, rank: noRank}
		if i+2 <= n {
			nodes[i].rank = v.pair(piece[i], piece[i+1])
		}
	}
	nodes[n].next = -1
	return nodes
}

// rank is that of the part at i together with the next one.
func (c *Counter) rank(piece []byte, nodes []node, i int32) uint32 {
	j := nodes[i].next
	if j < 0 || nodes[j].next < 0 {
		return noRank
	}
	return c.e.vocab.rank(piece[i:nodes[j].next])
}

// join makes one part of the one at i and the next, and gives i and the one before it their new ranks.
func (c *Counter) join(piece []byte, nodes []node, i int32) {
	j := nodes[i].next
	k := nodes[j].next
	nodes[j].rank = noRank
	nodes[i].next, nodes[k].prev = k, i
	nodes[i].rank = c.rank(piece, nodes, i)
	if p := nodes[i].prev; p >= 0 {
		nodes[p].rank = c.rank(piece, nodes, p)
	}
}

// scan merges a short piece: the square of its length at worst.
func (c *Counter) scan(piece []byte) int {
	nodes := c.start(piece)
	for parts := len(piece); ; parts-- {
		best, at := uint32(noRank), int32(-1)
		for i := int32(0); i >= 0; i = nodes[i].next {
			if nodes[i].rank < best {
				best, at = nodes[i].rank, i
			}
		}
		if at < 0 {
			return parts
		}
		c.join(piece, nodes, at)
	}
}

// queue merges a piece of any length.
func (c *Counter) queue(piece []byte) int {
	nodes := c.start(piece)
	h := c.heap[:0]
	for i := range nodes {
		if nodes[i].rank != noRank {
			h = append(h, pair(nodes[i].rank, int32(i)))
		}
	}
	h.order()
	parts := len(piece)
	for len(h) > 0 {
		top := h.pop()
		i := int32(uint32(top))
		if nodes[i].rank != uint32(top>>32) {
			continue // it changed since
		}
		c.join(piece, nodes, i)
		parts--
		if nodes[i].rank != noRank {
			h.push(pair(nodes[i].rank, i))
		}
		if p := nodes[i].prev; p >= 0 && nodes[p].rank != noRank {
			h.push(pair(nodes[p].rank, p))
		}
	}
	c.heap = h
	return parts
}

// pair is an entry of the heap: rank in the upper half, place in the lower, so that of equal ranks the first comes first.
func pair(rank uint32, at int32) uint64 { return uint64(rank)<<32 | uint64(uint32(at)) }

// heap gives the smallest number first.
type heap []uint64

// order makes a heap of any numbers.
func (h heap) order() {
	for i := len(h)/2 - 1; i >= 0; i-- {
		h.sink(i)
	}
}

func (h *heap) push(v uint64) {
	*h = append(*h, v)
	s := *h
	for i := len(s) - 1; i > 0; {
		up := (i - 1) / 2
		if s[up] <= s[i] {
			return
		}
		s[up], s[i] = s[i], s[up]
		i = up
	}
}

func (h *heap) pop() uint64 {
	s := *h
	top := s[0]
	s[0] = s[len(s)-1]
	*h = s[:len(s)-1]
	h.sink(0)
	return top
}

func (h heap) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && h[child+1] < h[child] {
			child++
		}
		if h[i] <= h[child] {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
