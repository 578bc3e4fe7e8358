locals {
  a = upper() # ERROR: not enough function arguments
}

provider "mock" "m" {}
