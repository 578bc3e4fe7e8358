locals {
  n = [for c in split(",", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,") : 1]
  a = [for a in local.n : [for b in local.n : [for c in local.n : [for d in local.n : a]]]] # ERROR: value too large
}

provider "mock" "m" {}
