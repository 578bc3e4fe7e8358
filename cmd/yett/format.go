package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/yett-gateway/yett/hcl"
	"github.com/yett-gateway/yett/hcl/render"
)

type fmtCmd struct {
	Paths []string `arg:"" optional:"" help:"Files, or folders of *.hcl files. Default: this folder. - is standard input."`
	Check bool     `help:"Change nothing; exit 1 and name the files that are not formatted."`
}

// Run formats files in place and names those it changed.
func (c *fmtCmd) Run(env *environment) error {
	if len(c.Paths) == 0 {
		c.Paths = []string{"."}
	}
	files, err := hclFiles(c.Paths)
	if err != nil {
		return err
	}
	bad := false
	for _, f := range files {
		ok, err := c.format(env, f)
		if err != nil {
			return err
		}
		bad = bad || !ok
	}
	if bad {
		return exitCode(1)
	}
	return nil
}

// format formats one file. It is false for a file that can't be read as HCL, or with --check isn't formatted.
func (c *fmtCmd) format(env *environment, file string) (ok bool, err error) {
	var src []byte
	if file == "-" {
		src, err = io.ReadAll(os.Stdin)
	} else {
		src, err = os.ReadFile(file)
	}
	if err != nil {
		return false, err
	}
	out, diags := hcl.Format(src, file)
	if diags.HasErrors() {
		return false, render.Text(env.stderr, diags, colored(env.stderr))
	}
	if file == "-" && !c.Check {
		_, err = env.stdout.Write(out)
		return true, err
	}
	if bytes.Equal(src, out) {
		return true, nil
	}
	fmt.Fprintln(env.stdout, file)
	if c.Check {
		return false, nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return false, err
	}
	return true, os.WriteFile(file, out, info.Mode())
}

// hclFiles lists the files that paths name, folders by their *.hcl.
func hclFiles(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		if p == "-" {
			files = append(files, p)
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, p)
			continue
		}
		in, err := filepath.Glob(filepath.Join(p, "*.hcl"))
		if err != nil {
			return nil, err
		}
		files = append(files, in...)
	}
	return files, nil
}
