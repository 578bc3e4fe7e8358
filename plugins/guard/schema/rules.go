package main

// types is a set of JSON types: bit k is kind k. Numbers have two: any number, and whole ones only.
type types uint8

const (
	anyNumber types = 1 << number
	booleans  types = 1<<truth | 1<<falsehood
	integer   types = 1 << 7
)

// rules are one schema, ready to be checked. The zero rules fit everything.
type rules struct {
	never bool  // the schema false
	types types // 0: any
	enum  []int32
	fixed int32 // const; 0: none, since node 0 is the whole schema
	ref   *rules

	numbers *numberRules
	texts   *textRules
	lists   *listRules
	objects *objectRules

	made *combined // nil: it isn't made of other schemas

	read bool // what the schema says is in
	mark mark
}

// combined is what is made of other schemas for the same value.
type combined struct {
	all, any, one          []*rules
	not, when, then, other *rules
}

func (r *rules) combined() *combined {
	if r.made == nil {
		r.made = &combined{}
	}
	return r.made
}

// mark is how far the search for circles has come.
type mark uint8

const (
	unseen mark = iota
	inside
	done
)

type numberRules struct{ least, most, above, below, multiple *decimal }

// textRules count in code points. A most of -1 is no bound, here and below.
type textRules struct {
	least, most int
	pattern     *pattern
}

type listRules struct {
	prefix      []*rules
	rest        *rules // of the elements after prefix; nil: any
	least, most int
	unique      bool
	contains    *rules
	few, many   int // how many elements contains must fit
}

type objectRules struct {
	simple      bool // neither patterns nor names
	members     []member
	index       map[string]int32 // of members, if there are many
	required    int
	rest        *rules // of the members that nothing else says anything of; nil: any
	patterns    []patternRules
	names       *rules
	least, most int
	follows     []follow
}

// member is what is said of a member. rules may be nil.
type member struct {
	name     string
	rules    *rules
	required bool
}

type patternRules struct {
	pattern *pattern
	rules   *rules
}

// follow is what an object must be if it has a member.
type follow struct {
	name  string
	names []string
	rules *rules
}

// indexed is from how many members on an index is worth it.
const indexed = 8

// find is the place of a member, -1 if nothing is said of it. guess is looked at first: models write members in the schema's
// order.
func (o *objectRules) find(name []byte, guess int) int {
	if guess < len(o.members) && o.members[guess].name == string(name) {
		return guess
	}
	if o.index != nil {
		if n, ok := o.index[string(name)]; ok {
			return int(n)
		}
		return -1
	}
	for n := range o.members {
		if o.members[n].name == string(name) {
			return n
		}
	}
	return -1
}

// add is a member's place, made if there is none.
func (o *objectRules) add(name string) *member {
	for n := range o.members {
		if o.members[n].name == name {
			return &o.members[n]
		}
	}
	o.members = append(o.members, member{name: name})
	return &o.members[len(o.members)-1]
}

// schema is a JSON Schema that was read.
type schema struct {
	doc  doc
	root *rules
	size int
}
