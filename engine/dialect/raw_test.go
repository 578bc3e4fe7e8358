package dialect_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/engine/dialect"
)

func TestRawTexts(t *testing.T) {
	for _, tc := range []struct {
		raw, trimmed string
		blank        bool
	}{
		{``, ``, true},
		{` \n\t\r `, ``, true},
		{`a \n`, `a`, false},
		{`a\\n`, `a\\n`, false},       // a backslash and an n
		{`a\\\n`, `a\\`, false},       // a backslash and a newline
		{`n`, `n`, false},             // a letter
		{`a\u000a`, `a\u000a`, false}, // left as it is: no provider writes it so
	} {
		assert.Equal(t, tc.trimmed, string(dialect.RawTrimRight([]byte(tc.raw))), tc.raw)
		assert.Equal(t, tc.blank, dialect.RawBlank([]byte(tc.raw)), tc.raw)
	}
}

func TestDataURL(t *testing.T) {
	for _, tc := range []struct {
		raw, media, data string
		ok               bool
	}{
		{"data:image/png;base64,AA==", "image/png", "AA==", true},
		{`data:image\/png;base64,A\/A=`, `image\/png`, `A\/A=`, true},
		{"data:text/plain;charset=utf-8;base64,AA", "text/plain", "AA", true},
		{"data:text/plain,hello", "", "", false},
		{"data:image/png;base64", "", "", false},
		{"https://example.com", "", "", false},
	} {
		media, data, ok := dialect.DataURL([]byte(tc.raw))
		assert.Equal(t, tc.ok, ok, tc.raw)
		assert.Equal(t, tc.media, string(media))
		assert.Equal(t, tc.data, string(data))
	}
	assert.True(t, dialect.MediaIs([]byte(`application\/pdf`), "application/pdf"))
	assert.False(t, dialect.MediaIs([]byte(`image\/png`), "application/pdf"))
}

func TestArguments(t *testing.T) {
	for _, tc := range []struct {
		name, object, text string
		block              dialect.Block
		ok                 bool
	}{
		{"nothing", `{}`, `"{}"`, dialect.Block{}, true},
		{"blank", `{}`, `"{}"`, dialect.Block{Args: []byte(` \n`)}, true},
		{"text", `{"a": 1.0}`, `"{\"a\": 1.0}"`, dialect.Block{Args: []byte(`{\"a\": 1.0}`)}, true},
		{"object", `{"a":"\n"}`, `"{\"a\":\"\\n\"}"`, dialect.Block{Input: []byte(`{"a":"\n"}`)}, true},
		{"not an object", ``, `"[1]"`, dialect.Block{Args: []byte(`[1]`)}, false},
		{"not JSON", ``, `"{"`, dialect.Block{Args: []byte(`{`)}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			object, ok := dialect.AppendArguments(nil, &tc.block)
			assert.Equal(t, tc.ok, ok)
			assert.Equal(t, tc.object, string(object))
			assert.Equal(t, tc.text, string(dialect.AppendArgumentText(nil, &tc.block)))
		})
	}
}
