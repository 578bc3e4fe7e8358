package main

import "errors"

type pluginCmd struct{}

func (pluginCmd) Run(env *environment) error { return errors.New("TEMP") }

func bundled() map[string][]byte { return nil }
