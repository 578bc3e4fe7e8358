locals {
  a = uper("x") # ERROR: call to unknown function
}

provider "mock" "m" {}
