package module

import "bytes"

// AppendCustomSection returns a copy of wasm with a custom section of that name at its end; sections of the same
// name are left out. It checks only where the sections begin and end, so that it works on modules of any feature
// set and size.
//
// # Errors
//
// An [*Error] if wasm is no module, or its sections are cut.
func AppendCustomSection(wasm []byte, name string, data []byte) ([]byte, error) {
	c := &cursor{buf: wasm, end: len(wasm), fn: -1}
	(&module{wasm: wasm}).header(c)
	out := make([]byte, 0, len(wasm)+len(data)+len(name)+16)
	out = append(out, c.buf[:c.pos]...)
	for c.err == nil && c.left() > 0 {
		start := c.pos
		id := c.byte()
		content := c.bytes(c.count("bytes in a section", len(wasm), 1))
		if _, ours := named(content, name); c.err != nil || id == idCustom && ours {
			continue
		}
		out = append(out, wasm[start:c.pos]...)
	}
	if c.err != nil {
		return nil, c.err
	}
	content := append(appendName(nil, name), data...)
	return appendSection(out, idCustom, content), nil
}

// FindCustomSection returns the content of the first custom section of that name, without reading the others. It checks
// only where the sections begin and end; ok is false if there is none, or wasm is no module.
func FindCustomSection(wasm []byte, name string) (data []byte, ok bool) {
	c := &cursor{buf: wasm, end: len(wasm), fn: -1}
	(&module{wasm: wasm}).header(c)
	for c.err == nil && c.left() > 0 {
		id := c.byte()
		content := c.bytes(c.count("bytes in a section", len(wasm), 1))
		if rest, ours := named(content, name); c.err == nil && id == idCustom && ours {
			return rest, true
		}
	}
	return nil, false
}

// named reports whether a custom section with that content has the name, and returns what follows it.
func named(content []byte, name string) (rest []byte, ok bool) {
	c := &cursor{buf: content, end: len(content), fn: -1}
	n := c.u32()
	if c.err != nil || int64(n) != int64(len(name)) {
		return nil, false
	}
	return bytes.CutPrefix(content[c.pos:], []byte(name))
}

func appendSection(b []byte, id byte, content []byte) []byte {
	b = appendU32(append(b, id), uint32(len(content)))
	return append(b, content...)
}
