locals {
  a = local.b
  b = local.a # ERROR: locals in a circle
}

provider "mock" "m" {}
