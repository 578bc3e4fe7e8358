locals {
  a = "abc # ERROR: invalid multi-line string # ERROR: unterminated template string
  b = 1 # ERROR: invalid multi-line string
} # ERROR: invalid multi-line string
