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

// nativeRow and nativeResult are sdktest.BenchRow and sdktest.BenchResult, which only tests link.
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

// native measures the same plugin as a native program: its folder with one file more, which calls its hooks.
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
	if files, err := filepath.Glob(filepath.Join(dir, "*.go")); err != nil || len(files) == 0 {
		return errors.New("only plugins written in Go have one, and " + b.o.Dir + " has no Go files")
	}
	program, err := b.buildNative(ctx, tmp, dir)
	if err != nil {
		return err
	}
	results, err := b.runNative(ctx, program)
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Error != "" {
			return errors.New(r.Error)
		}
		b.report.Rows[i].Native, b.report.Rows[i].NativeAllocs = r.P50, r.Allocs
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

func (b *bencher) runNative(ctx context.Context, program string) ([]nativeResult, error) {
	var rows []nativeRow
	for _, r := range b.report.Rows {
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
	in, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Stdin = bytes.NewReader(in)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the native program failed: %w: %s", err, strings.TrimSpace(said.String()))
	}
	var results []nativeResult
	if err := json.Unmarshal(out.Bytes(), &results); err != nil || len(results) != len(rows) {
		return nil, errors.New("the native program wrote something else to its standard output")
	}
	return results, nil
}
