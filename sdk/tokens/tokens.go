// Package tokens counts tokens. It needs capability tokens.
//
// Counts are those of the model that the client asked for: exact for OpenAI's models, whose encodings are known, else
// by o200k_base, which is an estimate. A text of the request is counted once, however many hooks and plugins ask. Counting
// costs fuel as it takes time: 4 units for a byte of a usual text, 40 for one of words that no vocabulary has.
//
// A count of -1 stands for a text that is absent, or longer than abi.MaxCounted bytes.
package tokens

import (
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Count is how many tokens a text has, -1 above abi.MaxCounted bytes.
func Count(text []byte) int { return known(host.TokensCount(text)) }

// Field is how many tokens a text field has, -1 if it is absent. It costs no copy of the text.
func Field(f abi.Field, i, j int) int { return known(host.TokensField(f, int32(i), int32(j))) }

// Prompt is how many tokens the request has: texts, arguments, results and roles of its messages with the few tokens that
// OpenAI adds to each, names, descriptions and schemas of its tools. Images and files aren't counted. -1 if a text is too long.
func Prompt() int { return known(host.TokensPrompt()) }

func known(n int32) int { return max(int(n), -1) }
