// Package table reads tables of test cases, strictly: blocks of an HCL file, or the lines of a JSONL file. Both become
// the same tree, and Decode puts it into Go values; what a value has no place for is an error with its line.
//
//	case "a card" {
//	  user = "4111 1111 1111 1111"
//	  expect { prompt = "[CREDIT_CARD]" }
//	}
//
//	{"name": "a card", "user": "4111 1111 1111 1111", "expect": {"prompt": "[CREDIT_CARD]"}}
//
// The grammar of configurations, with references, conditions and functions, is package hcl's.
package table

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Kind is what a Node is.
type Kind uint8

// The kinds. The names are for errors.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Object
)

func (k Kind) String() string {
	return [...]string{"null", "true or false", "a number", "a text", "a list", "an object"}[k]
}

// Node is a value of a table.
type Node struct {
	Kind Kind
	// Text is a String's text or a Number's digits; Bool a Bool's value.
	Text string
	Bool bool
	// Items are a List's values, Members an Object's, in the order written.
	Items   []*Node
	Members []Member
	// File and Line are where it was written, from 1.
	File string
	Line int
}

// Member is a named value of an Object.
type Member struct {
	Name  string
	Line  int
	Value *Node
}

// member returns a value by its name, nil if there is none.
func (n *Node) member(name string) *Node {
	for _, m := range n.Members {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}

// Error is a mistake in a table.
type Error struct {
	File string
	Line int
	// What is wrong, and what to do; Hint may be empty.
	What, Hint string
}

// Error gives file, line and what is wrong, without the hint.
func (e *Error) Error() string { return fmt.Sprintf("%s line %d: %s", e.File, e.Line, e.What) }

// Read reads a table of blocks of one type, such as "case", or of lines. A block's label is its member "name".
//
// # Errors
//
// An *Error for each mistake, joined; the file's own if it can't be read, or is neither .hcl nor .jsonl.
func Read(path, block string) ([]*Node, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	switch filepath.Ext(path) {
	case ".hcl":
		return readBlocks(path, text, block)
	case ".jsonl":
		return readLines(path, text)
	}
	return nil, errors.New(path + " is neither an .hcl nor a .jsonl file")
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
