package config

import "strconv"

// float is a number's text as a float64. It is a file of its own because strconv's tables are only linked where
// Number is used.
func float(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0 // out of range: the grammar was checked
	}
	return f
}
