package main

// topic is the class of an attack.
type topic uint8

const (
	jailbreak topic = iota
	override
	extraction
	forged
	concealed
	exfiltration
	ownPhrase
	topics
)

// topicNames are what a refusal says, topicTags what a tag says.
var (
	topicNames = [topics]string{"jailbreak", "instruction override", "prompt extraction", "forged turn", "hidden instructions", "data exfiltration", "configured phrase"}
	topicTags  = [topics]string{"jailbreak", "override", "extraction", "forged", "hidden", "exfiltration", "phrase"}
)

// topicOf is what attacks a class of words is a sign of, by the class's number. Jailbreaks are those of none.
var topicOf = func() (t [classes]topic) {
	for _, s := range [...]struct {
		set   class
		topic topic
	}{
		{ignore | prior | instr, override},
		{reveal | hidden, extraction},
		{fence | turn, forged},
		{comment | disguise, concealed},
		{send | secret | person, exfiltration},
	} {
		for n := range t {
			if s.set>>n&1 != 0 {
				t[n] = s.topic
			}
		}
	}
	return t
}()

// name tells the class of the attack that tokens are: the one whose signs weigh most.
func (m *model) name(tokens []token) topic {
	var sums [topics]float32
	m.x.reset()
	for n, t := range tokens {
		if t.class == 0 {
			continue
		}
		for _, f := range m.x.next(t.class, n) {
			n := m.slot(f.hash())
			w := m.weights[n]
			if m.keys[n] == 0 || w <= 0 {
				continue
			}
			list := [...]uint32{f.a, f.b, f.c}
			of := f.kind - threeKind
			for _, c := range list[:of] {
				sums[topicOf[c]] += w / float32(of)
			}
		}
	}
	best := jailbreak
	for t := range sums {
		if sums[t] > sums[best] {
			best = topic(t)
		}
	}
	return best
}
