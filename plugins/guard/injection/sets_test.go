package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// example is a text of a set.
type example struct {
	Text   string `json:"text"`
	Attack bool   `json:"attack"`
	Label  int    `json:"label"` // 1 is an attack, in sets of others
	Kind   string `json:"kind"`
	Set    string `json:"set"`
	Group  int    `json:"group"` // texts that are variants of each other are in one group
	weight float64
	x      []int32
}

// readSet reads a file of examples.
func readSet(t testing.TB, path string) (out []example) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<22)
	for s.Scan() {
		e := example{weight: 1}
		require.NoError(t, json.Unmarshal(s.Bytes(), &e))
		e.Attack = e.Attack || e.Label == 1
		out = append(out, e)
	}
	require.NoError(t, s.Err())
	return out
}

// counts are how many texts of each set, attacks and others, were found.
type counts map[string]*[4]int

// Of counts.
const (
	truePositive = iota
	falseNegative
	falsePositive
	trueNegative
)

func (c counts) add(set string, attack, found bool) {
	if c[set] == nil {
		c[set] = &[4]int{}
	}
	switch {
	case attack && found:
		c[set][truePositive]++
	case attack:
		c[set][falseNegative]++
	case found:
		c[set][falsePositive]++
	default:
		c[set][trueNegative]++
	}
}

// log prints the counts, as in the README.
func (c counts) log(t testing.TB) {
	for _, set := range slices.Sorted(maps.Keys(c)) {
		n := c[set]
		t.Logf("%-24s TP %4d  FN %4d  FP %4d  TN %4d", set, n[truePositive], n[falseNegative], n[falsePositive], n[trueNegative])
	}
}

// TestHeldOut counts on the texts that nothing was learnt from, and holds the guard to its bars.
func TestHeldOut(t *testing.T) {
	d, err := newDetector(weights)
	require.NoError(t, err)
	c := counts{}
	for _, e := range readSet(t, "testdata/heldout.jsonl") {
		found := d.judge([]byte(e.Text)).score > 0
		c.add(e.Kind, e.Attack, found)
		if e.Attack {
			c.add("all attacks", true, found)
		}
	}
	c.log(t)
	share := func(set string, hit, miss int) float64 {
		return float64(c[set][hit]) / float64(c[set][hit]+c[set][miss])
	}
	assert.GreaterOrEqual(t, share("all attacks", truePositive, falseNegative), 0.8)
	assert.LessOrEqual(t, share("hard", falsePositive, trueNegative), 0.03)
	assert.LessOrEqual(t, share("ordinary", falsePositive, trueNegative), 0.02)
	assert.LessOrEqual(t, c["document"][falsePositive], 2)
}

// TestMeasure counts on sets that aren't kept here.
func TestMeasure(t *testing.T) {
	if *measureOn == "" {
		t.Skip("without -measure there is nothing to count on")
	}
	files, err := filepath.Glob(filepath.Join(*measureOn, "*.jsonl"))
	require.NoError(t, err)
	d, err := newDetector(weights)
	require.NoError(t, err)
	for name, limit := range map[string]float32{"low": lowLimit, "medium": mediumLimit, "high": highLimit} {
		d.limit = limit
		c := counts{}
		for _, f := range files {
			for _, e := range readSet(t, f) {
				c.add(fmt.Sprintf("%s %s", name, e.Set), e.Attack, d.judge([]byte(e.Text)).score > 0)
			}
		}
		c.log(t)
	}
}
