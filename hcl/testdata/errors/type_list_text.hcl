model "a" {
  target {
    provider = provider.mock.m
  }
  fallback {
    to = "cheap" # ERROR: wrong value of to
  }
}

provider "mock" "m" {}
