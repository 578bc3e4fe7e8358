locals {
  a = lookup({ a = 1 }, "b") # ERROR: invalid function argument
  b = lookup([1], "b") # ERROR: invalid function argument
  c = lookup({}, [], 1) # ERROR: invalid function argument
  d = lookup({}, "a", 1, 2) # ERROR: invalid function argument
  e = lookup({ a = 1 }) # ERROR: not enough function arguments
  f = lookup({ a = 1 }, "a") + lookup({}, "x", 2) + lookup(tomap({ a = 1 }), "a")
}

provider "mock" "m" {}
