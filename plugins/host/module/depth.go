package module

// indirect stands for any function in a list of callees.
const indirect = ^uint32(0)

// leafWeight is how much stack a function and what it calls may need together to go uncounted.
const leafWeight = 16

// calls notes a call of the current body.
func (m *module) calls(f uint32) {
	if m.graph {
		m.callees = append(m.callees, f)
	}
}

// weight returns how much stack a call of the function takes, in units of the frame of a small function. The
// compiler keeps locals and intermediate values in the frame, and there are no more of these than the code has
// instructions.
func (b *body) weight() int { return min(1+b.locals/64+(b.end-b.code)/2048, maxWeight) }

// maxWeight keeps one call from taking the depth below what its bits hold.
const maxWeight = 1 << 14

// counted returns for each body whether its calls must be counted to bound the depth of the stack: all but those
// that call, directly and through others, only functions known by number, in no cycle, and of small weight
// together. What goes uncounted adds at most leafWeight to the stack, and saves the most frequent calls the count.
func (m *module) counted() []bool {
	height := make([]int, len(m.bodies)) // 0 is unknown
	for range leafWeight {
		changed := false
		for i := range m.bodies {
			if height[i] != 0 {
				continue
			}
			if h := m.height(i, height); h > 0 && h <= leafWeight {
				height[i], changed = h, true
			}
		}
		if !changed {
			break
		}
	}
	counted := make([]bool, len(height))
	for i, h := range height {
		counted[i] = h == 0
	}
	return counted
}

// height returns the weight of the body and the highest of what it calls; 0 if that isn't known.
func (m *module) height(i int, height []int) int {
	most := 0
	for _, f := range m.calleesOf(i) {
		switch {
		case f == indirect:
			return 0
		case int(f) < m.importedFuncs:
			continue
		}
		h := height[int(f)-m.importedFuncs]
		if h == 0 {
			return 0
		}
		most = max(most, h)
	}
	return most + m.bodies[i].weight()
}

func (m *module) calleesOf(i int) []uint32 {
	end := len(m.callees)
	if i+1 < len(m.bodies) {
		end = m.bodies[i+1].firstCall
	}
	return m.callees[m.bodies[i].firstCall:end]
}
