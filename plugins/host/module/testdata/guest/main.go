// Package main is a guest for the tests of the metering rewriter: one hot loop of each kind that plugins have.
package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

func main() {}

var (
	text    = []byte(strings.Repeat("The quick brown fox wrote to jane.doe@example.com on 2024-05-06, card 4111 1111. ", 52)[:4096])
	pattern = regexp.MustCompile(`[a-z.]+@[a-z]+\.com|\d{4}-\d\d-\d\d`)
)

// scan counts bytes of some classes in 4 KiB of text, as a hand-written detector does.
//
//go:wasmexport scan
func scan(n int32) int32 {
	found := int32(0)
	for range n {
		digits := 0
		for _, b := range text {
			switch {
			case b >= '0' && b <= '9':
				digits++
			case b == '@':
				found++
				digits = 0
			default:
				if digits >= 4 {
					found++
				}
				digits = 0
			}
		}
	}
	return found
}

// tight is the loop with the least work in it.
//
//go:wasmexport tight
func tight(n int32) int32 {
	x := uint32(1)
	for i := range n {
		x = x*1664525 + uint32(i)
	}
	return int32(x)
}

// fib has no loop at all.
//
//go:wasmexport fib
func fib(n int32) int32 {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

//go:wasmexport match
func match(n int32) int32 {
	found := 0
	for range n {
		found += len(pattern.FindAllIndex(text, -1))
	}
	return int32(found)
}

//go:wasmexport decode
func decode(n int32) int32 {
	total := 0
	for range n {
		var v map[string]any
		err := json.Unmarshal([]byte(`{"model":"m","messages":[{"role":"user","content":"hello"},{"n":[1,2.5,-3e2,null,true]}]}`), &v)
		if err != nil {
			return -1
		}
		out, _ := json.Marshal(v)
		total += len(out)
	}
	return int32(total)
}

// mixed uses goroutines, deferred calls, recovered panics, closures, maps and sorting.
//
//go:wasmexport mixed
func mixed(n int32) (sum int32) {
	ch := make(chan int32)
	go func() {
		defer close(ch)
		for i := range n {
			ch <- i
		}
	}()
	seen := map[int32]string{}
	for i := range ch {
		seen[i%17] = fmt.Sprint(i)
	}
	keys := make([]int32, 0, len(seen))
	for k := range seen {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(a, b int) bool { return keys[a] < keys[b] })
	for _, k := range keys {
		sum = sum*31 + k + int32(len(seen[k]))
	}
	defer func() {
		if recover() != nil {
			sum++
		}
	}()
	return sum / (n - n)
}

type node struct{ next *node }

func (l *node) len() int32 {
	if l == nil {
		return 0
	}
	return 1 + l.next.len()
}

// depth calls itself n times.
//
//go:wasmexport depth
func depth(n int32) int32 {
	var l *node
	for range n {
		l = &node{l}
	}
	return l.len()
}

// nest decodes JSON of n nested arrays, the deepest recursion of the standard library that a client can choose.
//
//go:wasmexport nest
func nest(n int32) int32 {
	var v any
	if json.Unmarshal([]byte(strings.Repeat("[", int(n))+strings.Repeat("]", int(n))), &v) != nil {
		return -1
	}
	return n
}

// forever never returns.
//
//go:wasmexport forever
func forever() {
	for {
	}
}
