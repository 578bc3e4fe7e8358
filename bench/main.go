// Command bench measures yett against the least that does the same: the mock provider asked directly, a bare
// fasthttp proxy, and a bare fasthttp handler for cache hits. Other gateways can be measured beside them with
// --target.
//
// Each contender is a process of its own, so that the processor time of one can be told from another's, and
// from the generator's. All run from the start; each round measures every scenario on every contender in
// turn (A B C … C B A …), so that what disturbs the machine for a while disturbs all of them, and the
// median of the rounds is reported. The figures to compare are the ratios, of which the lowest and the highest are shown too:
// they hold from machine to machine, and on a busy one, much better than the microseconds do.
//
// The exit status is 1 if a contender couldn't be started or any request failed.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// cli is the command line.
type cli struct {
	Run  runCmd  `cmd:"" default:"withargs" help:"Measure and report."`
	Role roleCmd `cmd:"" hidden:"" help:"Be one of the processes that are measured."`
}

// runCmd measures and reports.
type runCmd struct {
	Yett       string            `default:"bin/yett" help:"The yett binary." placeholder:"FILE"`
	Quick      bool              `help:"One short round: less than a minute, and noisier."`
	Rounds     int               `help:"Rounds; the median is reported. Default 9, quick 1."`
	Duration   time.Duration     `default:"1s" help:"How long each measurement takes."`
	Rate       float64           `default:"500" help:"Requests a second where latency is measured."`
	Conns      int               `default:"64" help:"Connections where throughput is measured."`
	Scenarios  []string          `name:"scenario" help:"Only these: chat, large, hit, burst, paced." placeholder:"NAME"`
	Contenders []string          `name:"contender" help:"Only these, besides the targets; see the table for names." placeholder:"NAME"`
	Targets    map[string]string `name:"target" help:"Another gateway in front of the mock: its name and base URL. Its processor time is not known." placeholder:"NAME=URL"`
	TargetKey  string            `help:"The key sent to targets." default:"none"`
	Mock       string            `help:"Where the mock listens, so that a target can be set up before." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	Out        string            `short:"o" help:"Write all figures as JSON to this file." placeholder:"FILE"`
}

// errFailed is a report with errors in it: they were printed.
var errFailed = errors.New("some measurements failed")

// Run measures and reports.
func (c *runCmd) Run(ctx context.Context) error {
	if c.Rounds <= 0 {
		c.Rounds = 9
		if c.Quick {
			c.Rounds = 1
		}
	}
	scenarios, err := c.scenarios()
	if err != nil {
		return err
	}
	field, err := enter(ctx, c, scenarios)
	if err != nil {
		return err
	}
	defer field.stop()
	report := newReport(c)
	for name, why := range field.absent {
		report.absent(name, why)
	}
	for round := range c.Rounds {
		for i := range scenarios {
			turns := field.in(&scenarios[i])
			if round%2 == 1 {
				slices.Reverse(turns)
			}
			for _, p := range turns {
				progress("round %d of %d: %-8s %-20s", round+1, c.Rounds, scenarios[i].name, p.name)
				m, err := measure(ctx, c, &scenarios[i], p)
				if err != nil {
					return err
				}
				report.add(&scenarios[i], p.name, m)
			}
		}
	}
	progress("%60s\r", "")
	report.print(os.Stdout)
	if c.Out != "" {
		if err := report.write(c.Out); err != nil {
			return err
		}
	}
	if report.failed() {
		return errFailed
	}
	return nil
}

// progress shows on a terminal what is being done.
func progress(format string, args ...any) {
	if s, err := os.Stderr.Stat(); err == nil && s.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "\r"+format, args...)
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %s\n", strings.TrimSpace(err.Error()))
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var c cli
	parser, err := kong.New(
		&c, kong.Name("bench"), kong.Description("Measure yett and its peers."),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return k.Run()
}
