model "a" {
  target {
    provider = provider.mock.m
  }
  fallback {
    to = [model.a] # ERROR: model falls back to itself
  }
}

provider "mock" "m" {}
