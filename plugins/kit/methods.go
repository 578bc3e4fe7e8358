package kit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/sdk/abi"
)

// goHooks are the methods of the Go SDK and their signatures, by the hook that each one is.
var goHooks = map[abi.Hook][2]string{
	abi.OnInit:            {"Init", "(config.Value) error"},
	abi.OnRequest:         {"OnRequest", "(sdk.Request) sdk.Verdict"},
	abi.OnRoute:           {"OnRoute", "(sdk.Request, []sdk.Candidate) sdk.Verdict"},
	abi.OnUpstreamRequest: {"OnUpstreamRequest", "(sdk.Request) sdk.Verdict"},
	abi.OnResponse:        {"OnResponse", "(sdk.Response) sdk.Verdict"},
	abi.OnDelta:           {"OnDelta", "(sdk.Delta) sdk.Verdict"},
	abi.OnStreamEnd:       {"OnStreamEnd", "(sdk.Response) sdk.Verdict"},
	abi.OnToolCall:        {"OnToolCall", "(sdk.Response, sdk.Part) sdk.Verdict"},
	abi.OnError:           {"OnError", "(sdk.Call, abi.Failure) sdk.Verdict"},
	abi.OnLog:             {"OnLog", "(sdk.Response) sdk.Verdict"},
}

// uncalled finds methods in a plugin's Go sources that look like hooks and aren't: misspelt ones, and those whose
// signature isn't the hook's. The compiler can't tell, as the methods are found when the program runs. set is what
// was found. A folder that can't be read has none.
func uncalled(dir string, set abi.Set) []string {
	var names []string
	for h, m := range goHooks {
		if h != abi.OnInit && !set.Has(h) {
			names = append(names, m[0])
		}
	}
	slices.Sort(names)
	var notes []string
	fset := token.NewFileSet()
	paths, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil || strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, filepath.Base(path), text, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil {
				continue
			}
			if why := notCalled(f, names); why != "" {
				at := fset.Position(f.Name.Pos())
				notes = append(notes, fmt.Sprintf("%s:%d: %s is never called: %s", at.Filename, at.Line, f.Name.Name, why))
			}
		}
	}
	return notes
}

// notCalled says why a method isn't the hook that it looks like, "" if it doesn't look like one. names are the methods
// of hooks that weren't found.
func notCalled(f *ast.FuncDecl, names []string) string {
	name := f.Name.Name
	if slices.Contains(names, name) {
		given := "what sdk.Run is given"
		if _, pointer := f.Recv.List[0].Type.(*ast.StarExpr); pointer {
			given += ", here a pointer"
		}
		return fmt.Sprintf("the hook is %s%s, a method of %s", name, parameters(name), given)
	}
	if name == "Init" && takesConfig(f.Type) && f.Type.Results.NumFields() != 1 {
		return "the hook is Init" + parameters(name)
	}
	if len(name) < 4 || !strings.EqualFold(name[:2], "on") {
		return ""
	}
	if near := hcl.Nearest(name, names); near != "" {
		return fmt.Sprintf("there is no such hook; did you mean %s%s?", near, parameters(near))
	}
	return ""
}

// takesConfig tells whether a function takes a config.Value first.
func takesConfig(f *ast.FuncType) bool {
	if f.Params.NumFields() == 0 {
		return false
	}
	t, ok := f.Params.List[0].Type.(*ast.SelectorExpr)
	return ok && t.Sel.Name == "Value"
}

// parameters are what follows a method's name.
func parameters(method string) string {
	for _, m := range goHooks {
		if m[0] == method {
			return m[1]
		}
	}
	return ""
}
