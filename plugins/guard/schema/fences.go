package main

import "bytes"

var fence = []byte("```")

// unfenced is what stands between a line of ``` or ```json and one of ```, if a text is nothing but that.
func unfenced(s []byte) (inside []byte, ok bool) {
	s = bytes.TrimSpace(s)
	rest, ok := bytes.CutPrefix(s, fence)
	if !ok {
		return nil, false
	}
	line, rest, ok := bytes.Cut(rest, []byte{'\n'})
	if !ok {
		return nil, false
	}
	if info := bytes.TrimSpace(line); len(info) > 0 && string(bytes.ToLower(info)) != "json" {
		return nil, false
	}
	rest, ok = bytes.CutSuffix(rest, fence)
	if !ok {
		return nil, false
	}
	return bytes.TrimSpace(rest), true
}
