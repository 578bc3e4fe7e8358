package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/yett-gateway/yett/hcl/table"
)

// caseErrors is all that is wrong with files of cases, each mistake with its hint.
func caseErrors(err error) error {
	var lines []string
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
			return
		}
		line := err.Error()
		var e *table.Error
		if errors.As(err, &e) && e.Hint != "" {
			line += fmt.Sprintf(" (%s)", e.Hint)
		}
		lines = append(lines, line)
	}
	walk(err)
	return errors.New(strings.Join(lines, "\nerror: "))
}
