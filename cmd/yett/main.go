// Command yett is an AI gateway: one program between applications and model providers.
//
// One file per subcommand. This package is the only place that knows everyone: it joins the HCL language,
// the engine, the plugin host and the embedded mock provider.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// version is set by the build; see Makefile.
var version = "dev"

// cli is the command line.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the gateway."`
	Check   checkCmd   `cmd:"" help:"Read a configuration and say everything that is wrong with it."`
	Fmt     fmtCmd     `cmd:"" help:"Format configuration files."`
	Plugin  pluginCmd  `cmd:"" help:"Make, build, try and measure plugins."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// environment is what a command may touch.
type environment struct {
	stdout, stderr io.Writer
	environ        []string
}

// exitCode ends a command that has said all there is to say.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit %d", int(c)) }

// hinted is an error with what to do about it.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

func main() {
	os.Exit(run(os.Args[1:], environment{os.Stdout, os.Stderr, os.Environ()}))
}

// run is main without the process around it. It returns the exit code: 0 well, 1 refused or failed, 2 a
// command line that can't be read.
func run(args []string, env environment) int {
	var c cli
	quit := -1
	parser, err := kong.New(&c,
		kong.Name("yett"),
		kong.Description("An AI gateway: guarded, cached, routed access to model providers, said in HCL."),
		kong.UsageOnError(),
		kong.Writers(env.stdout, env.stderr),
		kong.Exit(func(code int) { quit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(env.stderr, "error:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if quit >= 0 { // --help
		return quit
	}
	if err != nil {
		fmt.Fprintf(env.stderr, "error: %v\nhint: yett --help lists the commands and their flags\n", err)
		return 2
	}
	return report(ctx.Run(&env), env.stderr)
}

func report(err error, w io.Writer) int {
	var code exitCode
	if err == nil {
		return 0
	}
	if errors.As(err, &code) {
		return int(code)
	}
	fmt.Fprintf(w, "error: %v\n", err)
	var h hinted
	if errors.As(err, &h) {
		fmt.Fprintf(w, "hint: %s\n", h.hint)
	}
	return 1
}
