package hcl

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// origin marks values that a diagnostic must not quote, and tells a key from outside from one that was
// written into the file.
type origin string

// The origins.
const (
	fromEnv       origin = "environment"
	fromFile      origin = "file"
	fromSensitive origin = "sensitive variable"
	fromVariable  origin = "variable" // given from outside, but no secret: may be quoted
)

// callError is a failed call with texts of its own, instead of the evaluator's.
type callError struct{ summary, detail, hint string }

func (e *callError) Error() string { return e.detail }

// callFailure finds the callError behind a diagnostic, or nil.
func callFailure(d *hcl.Diagnostic) *callError {
	extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d)
	if !ok || extra.FunctionCallError() == nil {
		return nil
	}
	var e *callError
	if errors.As(extra.FunctionCallError(), &e) {
		return e
	}
	return nil
}

// maxArguments is the most bytes of text a call takes: some functions' results are products of arguments.
const maxArguments = 2 << 20

// functions are what expressions may call. All but env and file depend on nothing but their arguments.
func (l *loader) functions() map[string]function.Function {
	return map[string]function.Function{
		"env":  l.envFunction(),
		"file": l.fileFunction(),

		"try": tryfunc.TryFunc, "can": tryfunc.CanFunc,

		"upper": stdlib.UpperFunc, "lower": stdlib.LowerFunc, "title": stdlib.TitleFunc,
		"trimspace": stdlib.TrimSpaceFunc, "trim": stdlib.TrimFunc,
		"trimprefix": stdlib.TrimPrefixFunc, "trimsuffix": stdlib.TrimSuffixFunc, "chomp": stdlib.ChompFunc,
		"substr": stdlib.SubstrFunc, "split": stdlib.SplitFunc,
		"join": boundedJoin, "replace": boundedReplace, "format": boundedFormat,
		"startswith": prefixFunction(strings.HasPrefix, "prefix"),
		"endswith":   prefixFunction(strings.HasSuffix, "suffix"),
		"sha256":     sha256Function,

		"length": lengthFunction, "concat": stdlib.ConcatFunc, "merge": stdlib.MergeFunc,
		"lookup": stdlib.LookupFunc, "keys": stdlib.KeysFunc, "values": stdlib.ValuesFunc,
		"contains": stdlib.ContainsFunc, "flatten": stdlib.FlattenFunc, "reverse": stdlib.ReverseListFunc,
		"sort": stdlib.SortFunc, "element": stdlib.ElementFunc, "zipmap": stdlib.ZipmapFunc,
		"coalesce": stdlib.CoalesceFunc,

		"min": stdlib.MinFunc, "max": stdlib.MaxFunc, "abs": stdlib.AbsoluteFunc,
		"ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc,

		"tostring": stdlib.MakeToFunc(cty.String), "tonumber": stdlib.MakeToFunc(cty.Number),
		"tobool": stdlib.MakeToFunc(cty.Bool), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
		"tomap":  stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),

		"jsonencode": stdlib.JSONEncodeFunc, "jsondecode": stdlib.JSONDecodeFunc,
	}
}

// envFunction is env(name[, default]). What it returns is never quoted in a diagnostic.
func (l *loader) envFunction() function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "name", Type: cty.String}},
		VarParam: &function.Parameter{Name: "default", Type: cty.String, AllowMarked: true},
		Type:     function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name := args[0].AsString()
			if len(args) > 2 {
				return cty.NilVal, &callError{
					"too many arguments", fmt.Sprintf("env takes a name and a default, got %d arguments.", len(args)),
					`Write env("NAME") or env("NAME", "default").`,
				}
			}
			// A variable that is set to nothing counts as missing, unless nothing is the default: an empty
			// key is never what is meant.
			if v, ok := l.options.Env(name); ok && v != "" {
				l.secrets = append(l.secrets, v)
				return cty.StringVal(v).Mark(fromEnv), nil
			} else if len(args) == 2 {
				return args[1], nil
			} else if ok {
				return cty.NilVal, &callError{
					"empty environment variable", fmt.Sprintf("The environment variable %s is set, but to nothing.", name),
					fmt.Sprintf(`Give it a value (export %s=...), or a default: env(%q, "").`, name, name),
				}
			}
			return cty.NilVal, &callError{
				"missing environment variable", fmt.Sprintf("The environment variable %s is not set.", name),
				fmt.Sprintf(`Set it (export %s=...), or give a default: env(%q, "").`, name, name),
			}
		},
	})
}

// fileFunction is file(path): the text of a file. Relative paths start at the configuration's folder.
func (l *loader) fileFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name := args[0].AsString()
			path := l.path(name)
			text, err := readBounded(path, MaxReadBytes)
			if err == nil && !utf8.Valid(text) {
				err = errors.New("it is not UTF-8")
			}
			if err != nil {
				hint := "Check that the path is right and the gateway may read it."
				if errors.Is(err, fs.ErrNotExist) {
					hint = fmt.Sprintf("Relative paths start at the configuration's folder, so %s was looked for.", path)
				}
				return cty.NilVal, &callError{"can't read file", fmt.Sprintf("Reading %s: %v.", name, err), hint}
			}
			l.reference(path)
			l.secrets = append(l.secrets, string(text))
			return cty.StringVal(string(text)).Mark(fromFile), nil
		},
	})
}

// path resolves a path of the configuration.
func (l *loader) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(l.sources.folder, name)
}

// errTooMuch refuses calls whose result would be out of all proportion.
var errTooMuch = &callError{
	"value too large", fmt.Sprintf("The result of the call would be more than %s.", sizeText(maxArguments)),
	"Use shorter texts.",
}

// errTooWide refuses formats that pad to thousands of characters.
var errTooWide = &callError{
	"format too wide", "A width or a precision has more than three digits.", "Use a smaller one.",
}

// guarded is f with a check before its implementation runs. Arguments are known and unmarked there.
func guarded(f function.Function, params []function.Parameter, rest *function.Parameter, refusal *callError, check func([]cty.Value) bool) function.Function {
	return function.New(&function.Spec{
		Params: params, VarParam: rest,
		Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !check(args) {
				return cty.NilVal, refusal
			}
			return f.Call(args)
		},
	})
}

var boundedJoin = guarded(stdlib.JoinFunc, stdlib.JoinFunc.Params(), stdlib.JoinFunc.VarParam(), errTooMuch, func(args []cty.Value) bool {
	total, separators := 0, 0
	for _, l := range args[1:] {
		for it := l.ElementIterator(); it.Next(); {
			if _, v := it.Element(); v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
				total += len(v.AsString())
			}
			separators++
		}
	}
	return total+separators*len(args[0].AsString()) <= maxArguments
})

var boundedReplace = guarded(stdlib.ReplaceFunc, stdlib.ReplaceFunc.Params(), nil, errTooMuch, func(args []cty.Value) bool {
	s, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
	return len(s)+strings.Count(s, old)*len(with) <= maxArguments
})

// boundedFormat refuses widths and precisions above three digits: "%999999999d" is a gigabyte.
var boundedFormat = guarded(stdlib.FormatFunc, stdlib.FormatFunc.Params(), stdlib.FormatFunc.VarParam(), errTooWide, func(args []cty.Value) bool {
	digits := 0
	for _, c := range args[0].AsString() {
		if c < '0' || c > '9' {
			digits = 0
		} else if digits++; digits > 3 {
			return false
		}
	}
	return true
})

func prefixFunction(f func(s, part string) bool, name string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}, {Name: name, Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

var sha256Function = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "text", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		sum := sha256.Sum256([]byte(args[0].AsString()))
		return cty.StringVal(hex.EncodeToString(sum[:])), nil
	},
})

// lengthFunction counts elements, and the characters of a text.
var lengthFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		switch t := args[0].Type(); {
		case t == cty.String:
			return stdlib.StrlenFunc.Call(args)
		case t.IsObjectType():
			return cty.NumberIntVal(int64(len(t.AttributeTypes()))), nil
		case t.IsTupleType() || t.IsCollectionType():
			return args[0].Length(), nil
		}
		return cty.NilVal, function.NewArgErrorf(0, "a list, a map, an object or a text is needed, not %s", describe(args[0], false))
	},
})
