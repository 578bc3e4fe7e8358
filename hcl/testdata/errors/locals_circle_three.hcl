locals {
  a = local.c
  b = local.a # ERROR: locals in a circle
  c = local.b
}

provider "mock" "m" {}
