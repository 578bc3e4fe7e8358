package config

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValues(t *testing.T) {
	v, err := Parse([]byte(` {"s":"a\n\u00e9\ud83d\ude00","b":true,"f":false,"n":-12,"x":1.5e2,"l":["a",1,"b"],"o":{"k":"v"},"z":null} `))
	require.NoError(t, err)
	assert.Equal(t, "a\né😀", v.Text("s", ""))
	assert.True(t, v.Bool("b", false))
	assert.False(t, v.Bool("f", true))
	assert.Equal(t, -12, v.Int("n", 0))
	assert.Equal(t, 7, v.Int("x", 7), "it isn't whole")
	assert.InDelta(t, 150, v.Number("x", 0), 0)
	assert.Equal(t, []string{"a", "b"}, v.Texts("l"))
	assert.Len(t, v.List("l"), 3)
	assert.Equal(t, "v", v.Get("o").Text("k", ""))
	assert.Equal(t, "k", v.Get("o").Members()[0].Name)
	assert.False(t, v.Has("z"))
	assert.Equal(t, "or", v.Text("n", "or"), "of another type")
	assert.Nil(t, v.Texts("absent"))
}

func TestKinds(t *testing.T) {
	for in, want := range map[string]Kind{`null`: Null, `false`: False, `true`: True, `1`: Number, `"a"`: Text, `[]`: List, `{}`: Object} {
		v, err := Parse([]byte(in))
		require.NoError(t, err)
		assert.Equal(t, want, v.Kind(), in)
	}
	assert.Equal(t, Null, Value{}.Kind())
}

func TestFloat(t *testing.T) {
	for in, want := range map[string]float64{`-1.5e1`: -15, `0`: 0} {
		v, err := Parse([]byte(in))
		require.NoError(t, err)
		f, ok := v.Float()
		assert.True(t, ok)
		assert.InDelta(t, want, f, 0)
	}
	for _, in := range []string{`"1"`, `null`, `1e999`} {
		v, err := Parse([]byte(in))
		require.NoError(t, err)
		_, ok := v.Float()
		assert.False(t, ok, in)
	}
}

func TestAppendJSON(t *testing.T) {
	for in, want := range map[string]string{
		` {"a" : [ 1e400 , -0.10, true,false,null ], "b":{}, "c":[] } `: `{"a":[1e400,-0.10,true,false,null],"b":{},"c":[]}`,
		`"q\"\\\n\u0001é😀"`: `"q\"\\\u000a\u0001é😀"`,
		`{"b":1,"a\t":2}`:   `{"b":1,"a\u0009":2}`,
	} {
		v, err := Parse([]byte(in))
		require.NoError(t, err)
		assert.Equal(t, "> "+want, string(v.AppendJSON([]byte("> "))))
	}
	assert.Equal(t, "null", string(Value{}.AppendJSON(nil)))
}

// FuzzParse compares with encoding/json on what is valid, and on texts' contents.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,2,{"b":null}],"c":"\ud800"}`, `[`, `01`, `-`, `1e`, `"\x"`, `{"a":1,}`, ` "x" `, `{"a" :1 , "b":[ ]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := Parse(b)
		if err == nil && !json.Valid(b) {
			t.Fatalf("%q was taken", b)
		}
		var want string
		if err == nil && v.kind == Text && json.Unmarshal(b, &want) == nil {
			require.Equal(t, want, v.text)
		}
		var object map[string]string
		if err != nil && len(b) < 100 && json.Unmarshal(b, &object) == nil && json.Valid(b) {
			for k := range object {
				require.NotContains(t, k+object[k], "�", "only texts that aren't UTF-8 are refused: %q", b)
			}
			if len(object) > 0 {
				return
			}
		}
	})
}
