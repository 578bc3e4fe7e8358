package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/engine/spec"
)

func TestDelay(t *testing.T) {
	a, b := []*spec.Stage{{Name: "a"}}, []*spec.Stage{{Name: "b"}, {Name: "c"}}
	for _, test := range []struct {
		d    spec.Delay
		want string
	}{
		{spec.Delay{}, "adds no delay to streams"},
		{spec.Delay{Bytes: 64}, "stages hold back at most 64 bytes of a streamed text"},
		{spec.Delay{Whole: b}, `a streamed text is collected to its end by "b", "c"`},
		{spec.Delay{Asked: a, Calls: b}, `a streamed text is collected to its end by "a" where that has to check it; tool calls are collected to their end by "b", "c"`},
	} {
		assert.Equal(t, test.want, delay(&spec.Pipeline{Delay: test.d}))
	}
}
