locals {
  a = provider.mock.m # ERROR: no references here
}

provider "mock" "m" {}
