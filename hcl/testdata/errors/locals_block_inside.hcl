locals {
  a {} # ERROR: unknown block
}

provider "mock" "m" {}
