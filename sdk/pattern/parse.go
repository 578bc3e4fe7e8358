package pattern

import (
	"errors"
	"regexp/syntax"
)

// parse makes trees of patterns, and refuses those that match the empty text.
func parse(patterns []string) ([]*syntax.Regexp, error) {
	if len(patterns) == 0 {
		return nil, &Error{Pattern: -1, Reason: "there is no pattern"}
	}
	trees := make([]*syntax.Regexp, len(patterns))
	for n, p := range patterns {
		re, err := syntax.Parse(p, syntax.Perl)
		if err != nil {
			return nil, &Error{Pattern: n, Reason: reason(err)}
		}
		if nullable(re) {
			return nil, &Error{Pattern: n, Reason: "it matches the empty text"}
		}
		trees[n] = re
	}
	return trees, nil
}

// reason is a syntax error without the name of the package.
func reason(err error) string {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.Expr == "" {
		return e.Code.String()
	}
	return e.Code.String() + ": `" + e.Expr + "`"
}

// nullable tells whether a pattern can match without a byte of text.
func nullable(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpNoMatch, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpLiteral:
		return len(re.Rune) == 0
	case syntax.OpCapture, syntax.OpPlus:
		return nullable(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || nullable(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !nullable(sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if nullable(sub) {
				return true
			}
		}
		return false
	}
	return true // assertions, x*, x?, nothing
}
