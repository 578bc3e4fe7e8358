locals {
  a = 1 +* 2 # ERROR: invalid expression
}

provider "mock" "m" {}
