package kit

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// Language is what a plugin is written in.
type Language string

// The languages that have an SDK.
const (
	Go   Language = "go"
	Rust Language = "rust"
)

// languageOf is Rust for a folder with a Cargo.toml, Go for others.
func languageOf(dir string) Language {
	if _, err := os.Stat(filepath.Join(dir, "Cargo.toml")); err == nil {
		return Rust
	}
	return Go
}

// Ready tells whether Build can compile plugins in a language here: nil, or an *Error that says what to install.
func Ready(ctx context.Context, lang Language) error {
	if lang == Rust {
		_, err := findCargo(ctx, BuildOptions{})
		return err
	}
	if _, err := exec.LookPath("go"); err != nil {
		return errNoGo()
	}
	return nil
}

func errNoGo() error {
	return &Error{What: "the Go toolchain wasn't found", Hint: "install Go 1.24 or later from go.dev/dl, so that go is in the PATH"}
}

// start says how a program becomes a plugin.
func (l Language) start() string {
	if l == Rust {
		return "write yett::plugin!(Type: Requester) with the hooks that the type has"
	}
	return `import "github.com/yett-gateway/yett/sdk" and call sdk.Run in an init function`
}
