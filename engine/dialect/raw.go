package dialect

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/wire"
)

// Raw is what stands between the quotes of the JSON string at s, or nil if there is no string.
func Raw(b []byte, s wire.Span) []byte {
	if wire.KindOf(b, s) != wire.String {
		return nil
	}
	return b[s.Start+1 : s.End-1 : s.End-1]
}

// RawBlank tells whether a raw text has nothing but white space.
func RawBlank(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] == ' ':
		case raw[i] == '\\' && i+1 < len(raw) && (raw[i+1] == 'n' || raw[i+1] == 't' || raw[i+1] == 'r'):
			i++
		default:
			return false
		}
	}
	return true
}

// RawTrimRight cuts white space off the end of a raw text.
func RawTrimRight(raw []byte) []byte {
	for len(raw) > 0 {
		n := len(raw)
		switch {
		case raw[n-1] == ' ':
			raw = raw[:n-1]
		case n > 1 && (raw[n-1] == 'n' || raw[n-1] == 't' || raw[n-1] == 'r') && slashes(raw[:n-1])%2 == 1:
			raw = raw[:n-2]
		default:
			return raw
		}
	}
	return raw
}

// slashes counts the backslashes at the end of b.
func slashes(b []byte) int {
	n := 0
	for n < len(b) && b[len(b)-1-n] == '\\' {
		n++
	}
	return n
}

// RawIs tells whether a raw text reads word. A text with escapes is compared as sent.
func RawIs(raw []byte, word string) bool { return string(raw) == word }

// AppendRaw appends a raw text as a JSON string; nil as "".
func AppendRaw(dst, raw []byte) []byte {
	dst = append(dst, '"')
	dst = append(dst, raw...)
	return append(dst, '"')
}

// DataURL splits a raw data URL into its media type and base64 data.
func DataURL(raw []byte) (media, data []byte, ok bool) {
	rest, ok := bytes.CutPrefix(raw, []byte("data:"))
	if !ok {
		return nil, nil, false
	}
	head, data, ok := bytes.Cut(rest, []byte(","))
	if !ok {
		return nil, nil, false
	}
	media, ok = bytes.CutSuffix(head, []byte(";base64"))
	if !ok {
		return nil, nil, false
	}
	media, _, _ = bytes.Cut(media, []byte(";")) // parameters such as a charset
	return media, data, true
}

// MediaIs tells whether a raw media type is want, which some encoders write with an escaped slash.
func MediaIs(media []byte, want string) bool {
	if bytes.IndexByte(media, '\\') < 0 {
		return string(media) == want
	}
	return string(wire.AppendUnescaped(nil, media)) == want
}

// AppendArguments appends the arguments of a tool call as a JSON object: Input as it is, Args unescaped.
// Without arguments it appends {}. ok is false if they aren't a JSON object; dst is then unchanged.
func AppendArguments(dst []byte, b *Block) (out []byte, ok bool) {
	if b.Input != nil {
		return append(dst, b.Input...), true
	}
	if RawBlank(b.Args) {
		return append(dst, "{}"...), true
	}
	n := len(dst)
	out = wire.AppendUnescaped(dst, b.Args)
	s, err := wire.Validate(out[n:], wire.Limits{})
	if err != nil || wire.KindOf(out[n:], s) != wire.Object {
		return out[:n], false
	}
	return out, true
}

// AppendArgumentText appends the arguments of a tool call as a JSON string.
func AppendArgumentText(dst []byte, b *Block) []byte {
	switch {
	case b.Input != nil:
		return wire.AppendQuoted(dst, b.Input)
	case RawBlank(b.Args):
		return append(dst, `"{}"`...)
	}
	return AppendRaw(dst, b.Args)
}

// AppendToolID appends the id of a tool call as a JSON string that every API takes: letters, digits, "_"
// and "-". Other bytes become "_", in the call and in its result alike. Without an id it is made of
// fallback and index.
func AppendToolID(dst, id []byte, fallback []byte, index int) []byte {
	dst = append(dst, '"')
	if len(id) == 0 {
		dst = append(dst, "call_"...)
		dst = appendWord(dst, fallback)
		dst = append(dst, '_')
		dst = wire.AppendInt(dst, int64(index))
		return append(dst, '"')
	}
	dst = appendWord(dst, id)
	return append(dst, '"')
}

func appendWord(dst, raw []byte) []byte {
	for _, c := range raw {
		if !isWordByte(c) {
			c = '_'
		}
		dst = append(dst, c)
	}
	return dst
}
