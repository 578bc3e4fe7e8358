package kit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/yett-gateway/yett/sdk"
)

// wasmTarget is the target that Rust plugins are built for: a module that imports nothing but what it uses of yett.
const wasmTarget = "wasm32-unknown-unknown"

// initRust writes a program in Rust, and the SDK's sources.
func initRust(name string, put func(string, []byte) error) error {
	if name == "yett" {
		return &Error{What: "a plugin in Rust can't be named yett", Hint: "the SDK's crate has that name; choose another one"}
	}
	if err := putTemplate("template-rust", name, put); err != nil {
		return err
	}
	return fs.WalkDir(sdk.RustSource, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := sdk.RustSource.ReadFile(file)
		if err != nil {
			return err
		}
		return put(sdkDir+"/"+strings.TrimPrefix(strings.TrimPrefix(file, "rust/"), "abi/"), text)
	})
}

// cargo is a Rust toolchain that can make modules.
type cargo struct{ cargo, rustc string }

// findCargo returns the first toolchain with the target's standard library: the one of the options or the path, then
// the distribution's own, which a rustup before it in the path hides.
func findCargo(ctx context.Context, o BuildOptions) (cargo, error) {
	if o.Cargo != "" {
		return cargo{o.Cargo, ""}, nil
	}
	found := false
	for _, c := range []cargo{{"cargo", "rustc"}, {"/usr/bin/cargo", "/usr/bin/rustc"}} {
		out, err := exec.CommandContext(ctx, c.rustc, "--print", "target-libdir", "--target", wasmTarget).Output()
		if err != nil {
			continue
		}
		if _, err := exec.LookPath(c.cargo); err != nil {
			continue
		}
		found = true
		if std, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "libstd-*.rlib")); len(std) > 0 {
			return c, nil
		}
	}
	if !found {
		return cargo{}, &Error{What: "no Rust toolchain was found", Hint: "install one from rustup.rs, then run: rustup target add " + wasmTarget}
	}
	return cargo{}, &Error{
		What: "the Rust toolchain can't build for " + wasmTarget,
		Hint: "run: rustup target add " + wasmTarget + "; or on Debian 12: apt-get install rustc cargo libstd-rust-dev-wasm32 lld-14",
	}
}

// RustVersion is the Rust compiler that Build uses: "rustc 1.63.0 (4b91a6ea7 2022-08-08)".
//
// # Errors
//
// An *Error if there is none, which says what to install.
func RustVersion(ctx context.Context) (string, error) {
	c, err := findCargo(ctx, BuildOptions{})
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, c.rustc, "--version").Output()
	return strings.TrimSpace(string(out)), err
}

// compileRust runs cargo and reads the module that it made.
func compileRust(ctx context.Context, o BuildOptions) ([]byte, error) {
	c, err := findCargo(ctx, o)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, c.cargo, "build", "--lib", "--release", "--target", wasmTarget, "--message-format", "json-render-diagnostics")
	cmd.Dir = o.Dir
	cmd.Env = rustEnv(ctx, c, o.Dir)
	var messages, text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &messages, &text
	err = cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, &Error{What: "cargo wasn't found", Hint: "install Rust from rustup.rs, so that cargo is in the PATH"}
	}
	if err != nil {
		return nil, &Error{What: "the plugin doesn't compile", Cause: errors.New(strings.TrimSpace(text.String()))}
	}
	path, err := artifact(messages.Bytes())
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// rustEnv is this process's environment with the toolchain's compiler, and with a flag that takes the workspace's path
// out of the module: it tells about the author's machine, and makes other bytes in another folder. The flag is added to
// those that the author's environment has, and leaves those of configuration files for the target alone.
func rustEnv(ctx context.Context, c cargo, dir string) []string {
	env := os.Environ()
	if filepath.IsAbs(c.rustc) {
		env = append(env, "RUSTC="+c.rustc)
	}
	where := exec.CommandContext(ctx, c.cargo, "locate-project", "--workspace", "--message-format", "plain")
	where.Dir = dir
	out, err := where.Output()
	if err != nil {
		return env // what is wrong, the build will say
	}
	root := filepath.Dir(strings.TrimSpace(string(out)))
	if strings.ContainsAny(root, " \t") {
		return env // flags are split there
	}
	name := "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS"
	if os.Getenv("RUSTFLAGS") != "" {
		name = "RUSTFLAGS" // which cargo takes in the place of the other
	}
	return append(env, name+"="+strings.TrimSpace(os.Getenv(name)+" --remap-path-prefix="+root+"=."))
}

// artifact finds the module among cargo's messages, one JSON object a line. The last library is the plugin's: those it
// depends on are made before.
func artifact(messages []byte) (string, error) {
	path := ""
	for line := range bytes.Lines(messages) {
		var m struct {
			Reason    string
			Filenames []string
		}
		if err := json.Unmarshal(line, &m); err != nil || m.Reason != "compiler-artifact" {
			continue // what build scripts print stands between the messages
		}
		for _, f := range m.Filenames {
			if filepath.Ext(f) == ".wasm" {
				path = f
			}
		}
	}
	if path == "" {
		return "", &Error{What: "the crate makes no module", Hint: `write [lib] crate-type = ["cdylib"] into Cargo.toml`}
	}
	return path, nil
}
