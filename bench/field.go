package main

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yett-gateway/yett/bench/load"
)

//go:embed testdata/*.hcl
var configurations embed.FS

// contender is a server that is measured.
type contender struct {
	name, base, key string
	pid             int    // 0: not ours, its processor time isn't known
	metrics         string // URL of a page with go_memstats_mallocs_total, "" for none
	process         *exec.Cmd
	stdin           io.Closer
	ended           chan struct{} // closed when the process has ended
}

// field are all contenders that run.
type field struct {
	folder     string
	contenders []*contender
	absent     map[string]string // why a contender isn't there
	targets    []string
}

const (
	upstreamKey = "bench-upstream-key"
	consumerKey = "bench-consumer-key-0123456789"
	readyTime   = 20 * time.Second
	stopTime    = 3 * time.Second
)

// enter starts the contenders that the scenarios need. One that can't be started is absent, and the others
// go on; without the mock nothing does.
func enter(ctx context.Context, c *runCmd, scenarios []scenario) (*field, error) {
	folder, err := os.MkdirTemp("", "yett-bench-")
	if err != nil {
		return nil, err
	}
	f := &field{folder: folder, absent: map[string]string{}}
	m, err := f.role(direct, "mock", "--listen", c.Mock)
	if err != nil {
		f.stop()
		return nil, fmt.Errorf("start the mock: %w", err)
	}
	upstream := strings.TrimSuffix(strings.TrimPrefix(m.base, "http://"), "/v1")
	for _, name := range needed(c, scenarios) {
		if err := f.start(c, name, upstream); err != nil {
			f.absent[name] = err.Error()
		}
	}
	for name, base := range c.Targets {
		f.targets = append(f.targets, name)
		f.contenders = append(f.contenders, &contender{name: name, base: strings.TrimSuffix(base, "/"), key: c.TargetKey})
	}
	slices.Sort(f.targets)
	f.contenders = slices.DeleteFunc(f.contenders, func(p *contender) bool {
		err := p.ready(ctx)
		if err != nil {
			f.absent[p.name] = f.why(p, err)
			p.stop()
		}
		return err != nil
	})
	return f, ctx.Err()
}

// needed are the names of all contenders of the scenarios but the mock.
func needed(c *runCmd, scenarios []scenario) []string {
	var names []string
	for _, s := range scenarios {
		for _, n := range s.contenders {
			wanted := len(c.Contenders) == 0 || slices.Contains(c.Contenders, n) || n == s.yardstick
			if n != direct && wanted && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// in are the contenders that run in a scenario, in order.
func (f *field) in(s *scenario) []*contender {
	var out []*contender
	for _, name := range append(slices.Clone(s.contenders), f.targets...) {
		for _, p := range f.contenders {
			if p.name == name {
				out = append(out, p)
			}
		}
	}
	return out
}

func (f *field) start(c *runCmd, name, upstream string) error {
	switch name {
	case proxy:
		_, err := f.role(name, "proxy", "--upstream", upstream)
		return err
	case hit:
		_, err := f.role(name, "hit", "--upstream", upstream)
		return err
	case cached:
		return f.yett(c, name, "cache.hcl", upstream)
	case plugins1:
		return f.yett(c, name, "plugins1.hcl", upstream)
	case plugins3:
		return f.yett(c, name, "plugins3.hcl", upstream)
	case plugins5:
		return f.yett(c, name, "plugins5.hcl", upstream)
	case plugins20:
		return f.yett(c, name, "plugins20.hcl", upstream)
	}
	return f.yett(c, name, "pass.hcl", upstream)
}

// role starts the bench's own program in a role.
func (f *field) role(name string, args ...string) (*contender, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, append([]string{"role"}, args...)...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := f.add(name, cmd)
	p.stdin = stdin
	line, err := bufio.NewReader(stdout).ReadString('\n')
	go p.reap()
	if err != nil {
		return nil, fmt.Errorf("%s ended before it listened", name)
	}
	p.base, p.key = "http://"+strings.TrimSpace(line)+"/v1", "none"
	return p, nil
}

func (f *field) add(name string, cmd *exec.Cmd) *contender {
	p := &contender{name: name, process: cmd, pid: cmd.Process.Pid, ended: make(chan struct{})}
	f.contenders = append(f.contenders, p)
	return p
}

func (p *contender) reap() {
	_ = p.process.Wait() // how it ended is told by its log
	close(p.ended)
}

// yett starts yett with one of the configurations in testdata. Its log goes to a file.
func (f *field) yett(c *runCmd, name, configuration, upstream string) error {
	text, err := configurations.ReadFile("testdata/" + configuration)
	if err != nil {
		return err
	}
	file := filepath.Join(f.folder, configuration)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	listen, err := freeAddress()
	if err != nil {
		return err
	}
	admin, err := freeAddress()
	if err != nil {
		return err
	}
	log, err := os.Create(f.log(name))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(
		c.Yett, "serve", "--config", file,
		"--var", "listen="+listen, "--var", "admin="+admin, "--var", "upstream=http://"+upstream+"/v1",
	)
	cmd.Stderr = log
	cmd.Env = append(os.Environ(), "BENCH_UPSTREAM_KEY="+upstreamKey, "BENCH_CONSUMER_KEY="+consumerKey)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w; build it with make, or name it with --yett", err)
	}
	p := f.add(name, cmd)
	p.base, p.key, p.metrics = "http://"+listen+"/v1", consumerKey, "http://"+admin+"/metrics"
	go p.reap()
	return nil
}

func (f *field) log(name string) string { return filepath.Join(f.folder, name+".log") }

// freeAddress is an address nobody listens on now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

// errEnded is a contender's process that isn't there any more.
var errEnded = errors.New("the process ended")

// ready asks until a request is answered.
func (p *contender) ready(ctx context.Context) error {
	s := scenario{prompt: 300, same: true}
	target, err := s.target(p, "chunks=1")
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(readyTime); ; {
		r, err := load.Open(ctx, load.Config{Target: target, Connections: 1, Rate: 100, Duration: 50 * time.Millisecond, Timeout: time.Second})
		if err != nil {
			return err
		}
		if r.Requests > 0 && r.Failed() == 0 {
			return nil
		}
		select {
		case <-p.ended:
			return errEnded
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no right answer within %v: %v", readyTime, r.Errors)
		}
	}
}

// why adds the end of a contender's log to an error.
func (f *field) why(p *contender, err error) string {
	b, readErr := os.ReadFile(f.log(p.name))
	text := strings.TrimSpace(string(b))
	if readErr != nil || text == "" {
		return err.Error()
	}
	const most = 1500
	if len(text) > most {
		text = text[:most] + " …"
	}
	return err.Error() + ":\n" + text
}

// probe says how to read what the contender uses, as far as that is known.
func (p *contender) probe(c *load.Config) {
	if p.pid != 0 {
		c.Probe = func() (load.Usage, error) { return load.Process(p.pid) }
	}
	if p.metrics != "" {
		c.Mallocs = func() (uint64, error) { return mallocs(p.metrics) }
	}
}

// mallocs reads the number of heap allocations off a page of metrics; 0 if it isn't there.
func mallocs(url string) (uint64, error) {
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "go_memstats_mallocs_total "); ok {
			n, err := strconv.ParseFloat(v, 64)
			return uint64(n), err
		}
	}
	return 0, lines.Err()
}

// stop ends all processes that were started, and removes their files.
func (f *field) stop() {
	for _, p := range f.contenders {
		p.stop()
	}
	_ = os.RemoveAll(f.folder)
}

// stop ends a process: politely, then not.
func (p *contender) stop() {
	if p.process == nil {
		return
	}
	if p.stdin != nil {
		_ = p.stdin.Close()
	}
	_ = p.process.Process.Signal(os.Interrupt)
	select {
	case <-p.ended:
	case <-time.After(stopTime):
		_ = p.process.Process.Kill()
		<-p.ended
	}
}
