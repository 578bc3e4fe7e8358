package hcl

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The parser and the evaluator recurse: once per bracket, and once per operator of a chain. A goroutine's
// stack ends at a gigabyte and takes the process with it, so depth is bounded on the tokens, before parsing.
const (
	maxDepth = 100 // brackets, blocks and templates inside one another
	maxChain = 500 // operators, calls, indices and template directives in one piece of an expression
)

// level is one open bracket. lines tells whether a line's end ends an expression in it, as it does in a
// block and an object, but not in parentheses, lists and for expressions.
type level struct {
	chain int
	lines bool
	fresh bool // nothing has followed the bracket yet
}

// tooNested refuses text that would recurse too deep. It is false and tells where if so.
func tooNested(name string, text []byte) (Diagnostic, bool) {
	tokens, _ := hclsyntax.LexConfig(text, name, hcl.InitialPos) // the parser reports what doesn't lex
	levels := make([]level, 1, maxDepth+1)
	levels[0].lines = true
	for _, t := range tokens {
		top := &levels[len(levels)-1]
		switch t.Type {
		case hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateControl:
			top.chain++
		case hclsyntax.TokenComma:
			top.chain = 0
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
			if top.lines && bytes.HasSuffix(t.Bytes, []byte("\n")) {
				top.chain = 0
			}
			continue
		case hclsyntax.TokenIdent:
			if top.fresh && string(t.Bytes) == "for" {
				top.lines = false
			}
		default:
			if operator(t.Type) {
				top.chain++
			}
		}
		top.fresh = false
		if top.chain > maxChain {
			return nested(t, "operators", maxChain), false
		}
		switch {
		case opens(t.Type) && len(levels) > maxDepth:
			return nested(t, "brackets", maxDepth), false
		case opens(t.Type):
			brace := t.Type == hclsyntax.TokenOBrace
			levels = append(levels, level{lines: brace, fresh: brace})
		case closes(t.Type) && len(levels) > 1:
			levels = levels[:len(levels)-1]
		}
	}
	return Diagnostic{}, true
}

func opens(t hclsyntax.TokenType) bool {
	switch t {
	case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
		hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
		return true
	}
	return false
}

func closes(t hclsyntax.TokenType) bool {
	switch t {
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
		hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		return true
	}
	return false
}

// operator tells which tokens make an expression one deeper. Literals and brackets don't.
func operator(t hclsyntax.TokenType) bool {
	switch t {
	case hclsyntax.TokenNumberLit, hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenEqual,
		hclsyntax.TokenEOF:
		return false
	}
	return !opens(t) && !closes(t)
}

func nested(t hclsyntax.Token, what string, most int) Diagnostic {
	return Diagnostic{
		Summary: "expression too deep",
		Detail:  fmt.Sprintf("More than %d %s are inside one another or in one chain.", most, what),
		Hint:    "Split it with locals.",
		Range:   at(t.Range),
	}
}
