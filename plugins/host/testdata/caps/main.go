// Command caps is a plugin for the host's tests that uses every capability. The text of the first message says what
// it does; the answer is the body of its response.
package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/clock"
	"github.com/yett-gateway/yett/sdk/config"
	"github.com/yett-gateway/yett/sdk/kv"
	"github.com/yett-gateway/yett/sdk/log"
	"github.com/yett-gateway/yett/sdk/metrics"
	"github.com/yett-gateway/yett/sdk/random"
	"github.com/yett-gateway/yett/sdk/scan"
)

type caps struct {
	config string
	hits   metrics.Counter
	sizes  metrics.Histogram
	set    scan.Set
}

func (p *caps) Init(c config.Value) error {
	p.config = c.Text("word", "none")
	if p.config == "bad" {
		return fmt.Errorf("word is %q, which isn't\na word", p.config)
	}
	p.hits, p.sizes = metrics.NewCounter("hits"), metrics.NewHistogram("sizes")
	fmt.Println("started with", p.config)
	patterns := append(c.Texts("patterns"), `\bsecret\w*`, `\d+-\d+`)
	set, err := scan.Compile(patterns...)
	p.set = set
	return err
}

func (p *caps) OnRequest(r sdk.Request) sdk.Verdict {
	deed, rest, _ := strings.Cut(r.Message(0).Text(), " ")
	const space = kv.Space("notes")
	switch deed {
	case "config":
		return sdk.Respond(p.config)
	case "log":
		log.Warn(rest)
	case "flood":
		for range 1000 {
			log.Info(strings.Repeat("x", 100))
			fmt.Println("and printed")
		}
	case "print":
		fmt.Fprintln(os.Stderr, rest)
	case "count":
		p.hits.Inc()
		p.sizes.Observe(2.5)
	case "incr":
		n, ok := space.Incr("n", 1, 0)
		return sdk.Respond(fmt.Sprint(n, ok))
	case "put":
		return sdk.Respond(fmt.Sprint(space.Put("k", []byte(rest), time.Minute)))
	case "get":
		v, ok := space.Get("k", nil)
		return sdk.Respond(fmt.Sprint(string(v), ok))
	case "cas":
		a := space.CompareAndSet("c", nil, []byte("one"), 0)
		b := space.CompareAndSet("c", nil, []byte("two"), 0)
		c := space.CompareAndSet("c", []byte("one"), []byte("three"), 0)
		v, _ := space.Get("c", nil)
		space.Delete("c")
		_, ok := space.Get("c", nil)
		return sdk.Respond(fmt.Sprint(a, b, c, string(v), ok))
	case "other":
		return sdk.Respond(fmt.Sprint(kv.Space("secret").Put("k", nil, 0)))
	case "match":
		hits, err := p.set.Match([]byte(rest), 1, nil)
		return sdk.Respond(fmt.Sprint(hits, err))
	case "hits":
		hits, _ := p.set.Match([]byte(rest), 0, make([]scan.Hit, 0, 4))
		return sdk.Respond(fmt.Sprint(len(hits)))
	case "field":
		hits, err := p.set.MatchPart(r.Message(0).Part(0), nil)
		return sdk.Respond(fmt.Sprint(hits, err))
	case "open":
		return sdk.Respond(fmt.Sprint(p.set.Open([]byte(rest), 1)))
	case "late":
		_, err := scan.Compile("x")
		return sdk.Respond(fmt.Sprint(err))
	case "now":
		return sdk.Respond(clock.Now().Format(time.RFC3339) + " " + time.Now().Format(time.DateOnly))
	case "random":
		var b [16]byte
		err := random.Read(b[:])
		return sdk.Respond(fmt.Sprintf("%x %v", b, err))
	case "state":
		before := string(r.State(nil))
		err := r.SetState([]byte(before + "!"))
		return sdk.Respond(fmt.Sprint(before, err))
	case "panic":
		panic("help: " + rest)
	case "oom":
		var hold [][]byte
		for {
			hold = append(hold, make([]byte, 1<<20))
			hold[len(hold)-1][0] = 1
		}
	case "forever":
		for i := 0; ; i++ {
			p.config += ""
		}
	case "exit":
		os.Exit(3)
	case "system":
		_, file := os.ReadFile("/etc/passwd")
		_, dir := os.ReadDir("/")
		_, dial := net.Dial("tcp", "127.0.0.1:80")
		return sdk.Respond(fmt.Sprint(file != nil, dir != nil, dial != nil, os.Args, len(os.Environ())))
	case "sleep":
		start := time.Now()
		time.Sleep(time.Hour)
		return sdk.Respond(fmt.Sprint(time.Since(start) >= time.Hour))
	case "goroutines":
		c := make(chan int)
		for n := range 10 {
			go func() { c <- n }()
		}
		sum := 0
		for range 10 {
			sum += <-c
		}
		return sdk.Respond(fmt.Sprint(sum))
	case "garbage":
		for range 2000 {
			_ = strings.Repeat("x", 10_000)
		}
	}
	return sdk.Continue
}

func init() { sdk.Run(&caps{}) }

func main() {}
