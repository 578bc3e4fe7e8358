package main

// vault is what a request's placeholders stand for. It is kept as bytes in the request's state, since the
// answer may come to another instance: for each original its entity (1), its number (2), its length (2), and itself.
type vault struct {
	bytes   []byte
	entries []original
	counts  [entities]int
}

// original is an entry of a vault.
type original struct {
	entity   entity
	number   int
	from, to int // in vault.bytes
}

const (
	entryHead = 5
	// maxVault is the most that is kept for a request, in bytes; what is more is masked for good.
	maxVault = 48 << 10
	// maxEntries bounds the search for an original that was seen already.
	maxEntries = 512
)

func (v *vault) reset() {
	v.bytes, v.entries = v.bytes[:0], v.entries[:0]
	v.counts = [entities]int{}
}

// load reads entries back. Bytes that aren't a vault's are no entries.
func (v *vault) load(b []byte) {
	v.reset()
	v.bytes = append(v.bytes, b...)
	for n := 0; n+entryHead <= len(v.bytes); {
		e := entity(v.bytes[n])
		number := int(v.bytes[n+1])<<8 | int(v.bytes[n+2])
		size := int(v.bytes[n+3])<<8 | int(v.bytes[n+4])
		from := n + entryHead
		if e >= entities || from+size > len(v.bytes) {
			v.reset()
			return
		}
		v.entries = append(v.entries, original{e, number, from, from + size})
		v.counts[e] = max(v.counts[e], number)
		n = from + size
	}
}

// add returns the number of an original, a new one if it wasn't seen yet. ok is false if there is no room.
func (v *vault) add(e entity, text []byte) (number int, ok bool) {
	for _, o := range v.entries {
		if o.entity == e && string(v.bytes[o.from:o.to]) == string(text) {
			return o.number, true
		}
	}
	if len(v.entries) >= maxEntries || len(v.bytes)+entryHead+len(text) > maxVault {
		return 0, false
	}
	v.counts[e]++
	number = v.counts[e]
	v.bytes = append(v.bytes, byte(e), byte(number>>8), byte(number), byte(len(text)>>8), byte(len(text)))
	from := len(v.bytes)
	v.bytes = append(v.bytes, text...)
	v.entries = append(v.entries, original{e, number, from, len(v.bytes)})
	return number, true
}

// value is the original of an entry.
func (v *vault) value(n int) []byte { return v.bytes[v.entries[n].from:v.entries[n].to] }

// appendPlaceholder appends what stands for an original: "[EMAIL_ADDRESS_1]", or "[EMAIL_ADDRESS]" for number 0.
func appendPlaceholder(dst []byte, e entity, number int) []byte {
	dst = append(dst, '[')
	dst = append(dst, entityNames[e]...)
	if number > 0 {
		dst = append(dst, '_')
		dst = appendNumber(dst, number)
	}
	return append(dst, ']')
}

func appendNumber(dst []byte, n int) []byte {
	var digits [8]byte
	at := len(digits)
	for {
		at--
		digits[at] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return append(dst, digits[at:]...)
		}
	}
}

// placeholder looks for a placeholder of the vault's that begins at n.
func (s *scanner) placeholder(n int) (match, outcome) {
	if s.known == nil || len(s.known.entries) == 0 {
		return match{}, no
	}
	var room [32]byte
	open := false
	for k, o := range s.known.entries {
		name := appendPlaceholder(room[:0], o.entity, o.number)
		have := min(len(name), len(s.u)-n)
		if string(s.u[n:n+have]) != string(name[:have]) {
			continue
		}
		if have == len(name) {
			return match{from: n, to: n + have, entity: placeholder, value: k}, yes
		}
		open = !s.final
	}
	if open {
		return match{from: n}, more
	}
	return match{}, no
}
