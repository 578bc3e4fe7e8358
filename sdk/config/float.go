package config

import "strconv"

// Float is the value if it is a number that a float64 can hold.
func (v Value) Float() (f float64, ok bool) {
	if v.kind != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.text, 64)
	return f, err == nil
}

// float is a number's text as a float64. It is a file of its own because strconv's tables are only linked where
// Number or Float is used.
func float(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0 // out of range: the grammar was checked
	}
	return f
}
