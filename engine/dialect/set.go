package dialect

// Set is the dialects a gateway speaks. It is filled once, where the gateway is wired, and then safe for
// concurrent use:
//
//	var set dialect.Set
//	set.Add(openai.Chat{})
//	set.Add(anthropic.Messages{})
type Set struct{ by [IDs]Dialect }

// Add puts d in the set, in place of another of the same ID.
func (s *Set) Add(d Dialect) { s.by[d.ID()] = d }

// Of returns the dialect called id, or nil.
func (s *Set) Of(id ID) Dialect {
	if id >= IDs {
		return nil
	}
	return s.by[id]
}

// Translates tells whether a client of one dialect can be served by a provider of another.
func (s *Set) Translates(client, provider ID) bool {
	return client != provider && s.codec(client) != nil && s.codec(provider) != nil
}

func (s *Set) codec(id ID) Codec {
	c, _ := s.Of(id).(Codec)
	return c
}
