package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/hcl"
)

type pluginCmd struct{}

func (pluginCmd) Run(env *environment) error { return errors.New("TEMP") }

type plugins struct{}

func newPlugins(log *slog.Logger, set *meter.Set) (*plugins, error) { return &plugins{}, nil }
func (p *plugins) Close()                                           {}
func (p *plugins) digest(*spec.Plugin) string                       { return "" }
func (p *plugins) Ready(ctx context.Context, g *spec.Gateway) (engine.Stages, error) {
	return nil, errors.New("TEMP")
}

var pluginInfo func(p *spec.Plugin) (*hcl.PluginInfo, error)
