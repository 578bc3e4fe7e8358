model "a" {
  target {
    provider = provider.mock.m
  }
  strategy = "router" # ERROR: missing router
}

provider "mock" "m" {}
