package wire

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInt(t *testing.T) {
	zeros := strings.Repeat("0", 400)
	for _, c := range []struct {
		doc  string
		want int64
		ok   bool
	}{
		{"0", 0, true},
		{"-0", 0, true},
		{"7", 7, true},
		{"-42", -42, true},
		{"1024", 1024, true},
		{"9223372036854775807", math.MaxInt64, true},
		{"9223372036854775808", 0, false},
		{"-9223372036854775808", math.MinInt64, true},
		{"-9223372036854775809", 0, false},
		{"18446744073709551615", 0, false},
		{"18446744073709551616", 0, false},
		{"99999999999999999999", 0, false},
		{"1.0", 1, true},
		{"1.5", 0, false},
		{"1.5e1", 15, true},
		{"1e3", 1000, true},
		{"1E+3", 1000, true},
		{"100e-2", 1, true},
		{"25e-1", 0, false},
		{"1e-1", 0, false},
		{"1e18", 1_000_000_000_000_000_000, true},
		{"1e19", 0, false},
		{"1e400", 0, false},
		{"1e99999999999999999999999", 0, false},
		{"1e-99999999999999999999999", 0, false},
		{"0e99999999999999999999999", 0, true},
		{"0.000", 0, true},
		{"0.5", 0, false},
		{"1" + zeros + "e-400", 1, true},
		{"12" + zeros + "e-401", 0, false},
		{"0." + zeros + "12e402", 12, true},
		{"3." + zeros, 3, true},
		{"3." + zeros + "1", 0, false},
		{"9007199254740993", 9007199254740993, true}, // 2^53+1: floats can't hold it
		{`"1"`, 0, false},
		{"true", 0, false},
		{"null", 0, false},
		{"[1]", 0, false},
	} {
		b, s := whole(t, c.doc)
		got, ok := Int(b, s)
		assert.Equal(t, c.want, got, c.doc)
		assert.Equal(t, c.ok, ok, c.doc)
	}
	for _, broken := range []string{"-", "1..2", "1e", "1e+", "1x", "1e1x", "--1", "1.2.3"} {
		_, ok := Int([]byte(broken), span(0, len(broken)))
		assert.False(t, ok, broken)
	}
	_, ok := Int(nil, Span{})
	assert.False(t, ok)
}

func FuzzInt(f *testing.F) {
	for _, s := range []string{"1", "-1.50e1", "100e-2", "9223372036854775808", "0.0001e4", "1e19", "12300000000000000000000e-20"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		b := []byte(doc)
		s, err := Validate(b, Limits{})
		if err != nil || KindOf(b, s) != Number {
			return
		}
		if e := strings.IndexAny(doc, "eE"); e >= 0 && len(doc)-e > 6 {
			return // the oracle would make a number with a million digits
		}
		want, good := new(big.Rat).SetString(string(s.Of(b)))
		if !good {
			t.Fatalf("the oracle can't read %q", doc)
		}
		wantOK := want.IsInt() && want.Num().IsInt64()
		got, ok := Int(b, s)
		if ok != wantOK || ok && got != want.Num().Int64() {
			t.Fatalf("%q: got %d %v, want %v %v", doc, got, ok, want, wantOK)
		}
	})
}

func TestFloat(t *testing.T) {
	for doc, want := range map[string]float64{"0.7": 0.7, "-1e3": -1000, "0": 0, "1e-400": 0} {
		b, s := whole(t, doc)
		got, ok := Float(b, s)
		assert.True(t, ok, doc)
		assert.Equal(t, want, got, doc)
	}
	for _, doc := range []string{"1e400", `"1"`, "null"} {
		b, s := whole(t, doc)
		_, ok := Float(b, s)
		assert.False(t, ok, doc)
	}
}

func TestBoolAndNull(t *testing.T) {
	for _, c := range []struct {
		doc         string
		v, ok, null bool
	}{
		{"true", true, true, false},
		{"false", false, true, false},
		{"null", false, false, true},
		{"1", false, false, false},
		{`"true"`, false, false, false},
	} {
		b, s := whole(t, c.doc)
		v, ok := Bool(b, s)
		assert.Equal(t, c.v, v, c.doc)
		assert.Equal(t, c.ok, ok, c.doc)
		assert.Equal(t, c.null, IsNull(b, s), c.doc)
	}
	assert.False(t, IsNull(nil, Span{}))
}

func TestAppendInt(t *testing.T) {
	for _, v := range []int64{0, 7, -7, math.MaxInt64, math.MinInt64} {
		want, err := json.Marshal(v)
		require.NoError(t, err)
		assert.Equal(t, "x"+string(want), string(AppendInt([]byte("x"), v)))
	}
}
