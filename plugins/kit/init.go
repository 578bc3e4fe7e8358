package kit

import (
	"bytes"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/yett-gateway/yett/sdk"
)

//go:embed template template-rust
var templates embed.FS

// sdkModule is the module that plugins import the SDK from, sdkDir where Init puts its sources.
const (
	sdkModule = "github.com/yett-gateway/yett"
	sdkDir    = ".yett/sdk"
)

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Init is InitLang with Go.
func Init(dir, name string) ([]string, error) { return InitLang(dir, name, Go) }

// InitLang starts a plugin: a folder named after it, in dir, with a program that works, its test, its manifest, and
// the SDK's sources, so that it builds without a network. It returns the files it wrote, relative to dir.
//
// # Errors
//
// An *Error if the name isn't one, or the folder is there already.
func InitLang(dir, name string, lang Language) ([]string, error) {
	if !validName.MatchString(name) {
		return nil, &Error{What: "a plugin can't be named " + name, Hint: "use lower case letters, digits and -, beginning with a letter"}
	}
	root := filepath.Join(dir, name)
	if entries, err := os.ReadDir(root); err == nil && len(entries) > 0 {
		return nil, &Error{What: root + " is there already and isn't empty", Hint: "choose another name, or remove it"}
	}
	var files []string
	put := func(file string, text []byte) error {
		full := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		files = append(files, filepath.Join(name, filepath.FromSlash(file)))
		return os.WriteFile(full, text, 0o644)
	}
	if lang == Rust {
		return files, initRust(name, put)
	}
	if err := putTemplate("template", name, put); err != nil {
		return files, err
	}
	return files, putSDK(put)
}

// putTemplate writes the program. The names of template files end in .txt, so that they aren't Go files here.
func putTemplate(root, name string, put func(string, []byte) error) error {
	data := struct{ Name, Type, SDK, Dir string }{name, strings.ReplaceAll(name, "-", ""), sdkModule, sdkDir}
	return fs.WalkDir(templates, root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		t, err := template.ParseFS(templates, file)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := t.Execute(&b, data); err != nil {
			return err
		}
		out := strings.TrimSuffix(strings.TrimPrefix(file, root+"/"), ".txt")
		if out == "gitignore" {
			out = ".gitignore"
		}
		return put(out, b.Bytes())
	})
}

// putSDK writes the SDK's sources, without its own tests.
func putSDK(put func(string, []byte) error) error {
	if err := put(sdkDir+"/go.mod", []byte("module "+sdkModule+"\n\ngo 1.24\n")); err != nil {
		return err
	}
	return fs.WalkDir(sdk.Source, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(file, "_test.go") || file == "source.go" {
			return err
		}
		text, err := sdk.Source.ReadFile(file)
		if err != nil {
			return err
		}
		return put(sdkDir+"/sdk/"+file, text)
	})
}
