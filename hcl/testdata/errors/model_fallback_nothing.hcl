model "a" {
  target {
    provider = provider.mock.m
  }
  fallback {
    to = [] # ERROR: fallback to nothing
  }
}

provider "mock" "m" {}
