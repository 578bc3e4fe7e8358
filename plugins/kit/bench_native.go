package kit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// nativeMain is laid over a plugin's folder. Its name puts its init function behind the plugin's own.
const nativeMain = `//go:build !wasip1

package main

import "%s/sdk/sdktest"

func init() { sdktest.Bench() }
`

// nativeName sorts after every name that a file has.
const nativeName = "zzz_yett_bench.go"

// nativeRow and nativeResult are sdktest.BenchRow and sdktest.BenchResult, which only tests link, and what the Rust SDK's
// testing::bench reads and writes.
type nativeRow struct {
	Hook         string `json:"hook"`
	Config       string `json:"config"`
	Prompt       string `json:"prompt"`
	Answer       string `json:"answer"`
	Delta        string `json:"delta"`
	Before       string `json:"before"`
	Candidates   int    `json:"candidates"`
	Milliseconds int    `json:"milliseconds"`
}

type nativeResult struct {
	P50    int64   `json:"p50_ns"`
	Allocs float64 `json:"allocs"`
	Error  string  `json:"error"`
}

// native measures the same plugin as a native program. In Go that is its folder with one file more, which calls its hooks;
// in Rust a test that the SDK adds.
//
// # Errors
//
// Why there is no such program.
func (b *bencher) native(ctx context.Context, tmp string) error {
	if b.o.Dir == "" {
		return errors.New("name the plugin's folder in place of a module to have one")
	}
	dir, err := filepath.Abs(b.o.Dir)
	if err != nil {
		return err
	}
	var measured []*BenchRow
	for _, r := range b.report.Rows {
		if r.Failed == "" { // one that fails may never end natively
			measured = append(measured, r)
		}
	}
	rows, err := b.nativeRows(measured)
	if err != nil {
		return err
	}
	var out []byte
	if languageOf(dir) == Rust {
		out, err = b.runNativeRust(ctx, tmp, dir, rows)
	} else {
		out, err = b.runNativeGo(ctx, tmp, dir, rows)
	}
	if err != nil {
		return err
	}
	var results []nativeResult
	if err := json.Unmarshal(out, &results); err != nil || len(results) != len(measured) {
		return errors.New("the native program wrote something else to its standard output")
	}
	for i, r := range results {
		if r.Error != "" {
			return errors.New(r.Error)
		}
		measured[i].Native, measured[i].NativeAllocs = r.P50, r.Allocs
	}
	return nil
}

func (b *bencher) buildNative(ctx context.Context, tmp, dir string) (program string, err error) {
	source := filepath.Join(tmp, nativeName)
	overlay := filepath.Join(tmp, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, nativeName): source}})
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.WriteFile(source, fmt.Appendf(nil, nativeMain, sdkModule), 0o600), os.WriteFile(overlay, text, 0o600)); err != nil {
		return "", err
	}
	goCommand := b.o.Go
	if goCommand == "" {
		goCommand = "go"
	}
	program = filepath.Join(tmp, "native")
	cmd := exec.CommandContext(ctx, goCommand, "build", "-overlay", overlay, "-o", program, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=", "GOARCH=", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("the Go toolchain wasn't found")
	case err != nil && bytes.Contains(out, []byte("undefined: sdktest.Bench")):
		return "", errors.New("the plugin's copy of the SDK is older than this program: yett plugin init makes one with a newer copy")
	case err != nil:
		return "", errors.New("the plugin doesn't compile natively: " + strings.TrimSpace(string(out)))
	}
	return program, nil
}

// nativeRows are rows of the report as the native program reads them.
func (b *bencher) nativeRows(measured []*BenchRow) ([]byte, error) {
	rows := make([]nativeRow, 0, len(measured))
	for _, r := range measured {
		s := r.scene
		config := string(s.config)
		if config == "" {
			config = "{}"
		}
		rows = append(rows, nativeRow{
			Hook: r.Hook, Config: config, Prompt: string(s.prompt), Answer: string(s.answer), Delta: string(s.delta), Before: string(s.before),
			Candidates: s.candidates, Milliseconds: int(b.o.Time.Milliseconds()),
		})
	}
	return json.Marshal(rows)
}

func (b *bencher) runNativeGo(ctx context.Context, tmp, dir string, rows []byte) ([]byte, error) {
	if files, err := filepath.Glob(filepath.Join(dir, "*.go")); err != nil || len(files) == 0 {
		return nil, errors.New("only plugins written in Go or Rust have one, and " + b.o.Dir + " has neither Go files nor a Cargo.toml")
	}
	program, err := b.buildNative(ctx, tmp, dir)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Stdin = bytes.NewReader(rows)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the native program failed: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return out.Bytes(), nil
}

// The variable that names the Rust SDK's test the file with the rows, and what it writes before the results.
const (
	nativeRowsEnv = "YETT_BENCH"
	nativeMark    = "yett-bench: "
)

// runNativeRust runs the test yett_bench, which the SDK's feature bench adds to the plugin's crate. Cargo keeps what it
// compiles in its own folder, as ever.
func (b *bencher) runNativeRust(ctx context.Context, tmp, dir string, rows []byte) ([]byte, error) {
	c, err := findCargo(ctx, BuildOptions{Cargo: b.o.Cargo})
	if err != nil {
		c = cargo{"cargo", "rustc"} // one that makes no modules will do
	}
	path := filepath.Join(tmp, "rows.json")
	if err := os.WriteFile(path, rows, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, c.cargo, "test", "--release", "--lib", "--features", "yett/bench", "--", "yett_bench", "--nocapture")
	cmd.Dir = dir
	cmd.Env = append(rustEnv(ctx, c, dir), nativeRowsEnv+"="+path)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err = cmd.Run()
	_, found, marked := bytes.Cut(out.Bytes(), []byte(nativeMark))
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the Rust toolchain wasn't found")
	case err != nil && bytes.Contains(said.Bytes(), []byte("`bench` but `yett` does not have")):
		return nil, errors.New("the plugin's copy of the SDK is older than this program: yett plugin init makes one with a newer copy")
	case err != nil && bytes.Contains(said.Bytes(), []byte("could not compile")):
		return nil, errors.New("the plugin's tests don't compile natively: " + strings.TrimSpace(said.String()))
	case err != nil:
		return nil, fmt.Errorf("the native program failed: %w: %s", err, strings.TrimSpace(said.String()+out.String()))
	case !marked:
		return nil, errors.New("the native program measured nothing: is yett::plugin! in the plugin's library?")
	}
	line, _, _ := bytes.Cut(found, []byte("\n"))
	return line, nil
}
