locals {
  a = "${local.a}x" # ERROR: locals in a circle
}

provider "mock" "m" {}
