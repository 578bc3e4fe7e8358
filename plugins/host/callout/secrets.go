package callout

import (
	"slices"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// maxAttached is the most secrets of one call.
const maxAttached = 8

// secrets are the values that a plugin may send and never sees.
type secrets struct {
	values map[string]string
	forms  [][]byte // how a value may stand in an answer; see scrub.go
}

func newSecrets(given map[string]spec.Secret) secrets {
	s := secrets{values: map[string]string{}}
	for name, secret := range given {
		if secret.Present() {
			value := secret.Reveal()
			s.values[name] = value
			s.forms = append(s.forms, forms(value)...)
			if trimmed := strings.TrimSpace(value); trimmed != value && trimmed != "" { // as a server reads it
				s.forms = append(s.forms, forms(trimmed)...)
			}
		}
	}
	slices.SortFunc(s.forms, slices.Compare)
	s.forms = slices.CompactFunc(s.forms, slices.Equal)
	return s
}

// Attached is a secret that waits for a call. It holds the secret's name, not its value.
type Attached struct{ secret, header, prefix string }

// Attach adds a secret to those that wait for a call.
func (c *Caller) Attach(list []Attached, secret, header, prefix string) ([]Attached, *Error) {
	if _, ok := c.secrets.values[secret]; !ok {
		return list, notGranted("there is no such secret")
	}
	name, why := fieldName(header)
	if why != "" {
		return list, invalid(why)
	}
	switch {
	case len(prefix) > abi.MaxName:
		return list, tooLarge("the prefix is too long")
	case !fieldValue(prefix):
		return list, invalid("the prefix has control characters")
	case len(list) >= maxAttached:
		return list, tooLarge("there are too many secrets for one call")
	case slices.ContainsFunc(list, func(a Attached) bool { return a.header == name }):
		return list, invalid("the header has a secret already")
	}
	return append(list, Attached{secret, name, prefix}), nil
}
