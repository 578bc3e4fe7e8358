package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/spec"
)

// banner prints what is being served, a line a thing.
func banner(w io.Writer, g *engine.Gateway, s *spec.Gateway, p plugins) {
	line := func(what, value string) { fmt.Fprintf(w, "  %-10s %s\n", what, value) }
	fmt.Fprintf(w, "yett %s\n", version)
	if len(s.Files) == 0 {
		line("config", "none; providers from the environment")
	} else {
		line("config", strings.Join(s.Files, ", "))
	}
	for i, l := range s.Listeners {
		line("listener", scheme(l)+"://"+g.Addresses()[i])
	}
	if a := g.AdminAddress(); a != "" {
		line("admin", "http://"+a+"/metrics /healthz /readyz")
	}
	for _, pr := range s.Providers {
		line("provider", fmt.Sprintf("%s.%s  %s", pr.Type, pr.Name, keyStatus(pr)))
	}
	for _, m := range s.Models {
		line("model", strings.Join(names(m), ", "))
	}
	for _, r := range s.Routes {
		line("route", routeLine(r))
	}
	for _, pl := range s.Plugins {
		line("plugin", fmt.Sprintf("%s  sha256:%s", pl.Ref(), p.digest(pl)))
	}
	if len(s.Consumers) > 0 {
		line("consumers", fmt.Sprint(len(s.Consumers)))
	}
	if len(g.Addresses()) > 0 && len(s.Files) == 0 {
		fmt.Fprintf(w, "\nTry it:\n\n%s\n\n", tryIt(g.Addresses()[0]))
	}
}

// names are a model's own and its aliases, each once: a pattern can be both.
func names(m *spec.Model) []string {
	out := []string{m.Name}
	for _, a := range m.Aliases {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

func scheme(l *spec.Listener) string {
	if l.TLS != nil {
		return "https"
	}
	return "http"
}

func keyStatus(p *spec.Provider) string {
	switch {
	case p.Type == spec.Mock:
		return "needs no key"
	case !p.APIKey.Present():
		return "no key"
	case p.KeySource != "":
		return p.KeySource + " set, not checked"
	default:
		return "key set, not checked"
	}
}

func routeLine(r *spec.Route) string {
	path := r.Match.Path
	if path == "" {
		path = "*"
	}
	parts := []string{r.Name, path}
	if r.Pipeline != nil {
		var stages []string
		for _, s := range r.Pipeline.Stages {
			stages = append(stages, s.Name)
		}
		parts = append(parts, "stages "+strings.Join(stages, " → "))
	}
	if r.Cache != nil {
		parts = append(parts, "cache "+r.Cache.TTL.String())
	}
	return strings.Join(parts, "  ")
}

// tryIt is a command to paste that streams an answer of the mock provider.
func tryIt(address string) string {
	return `  curl -N http://` + address + `/v1/chat/completions -H 'Content-Type: application/json' \
    -d '{"model":"mock","stream":true,"messages":[{"role":"user","content":"Hello!"}]}'`
}
