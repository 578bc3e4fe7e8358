model "a" {
  target {
    provider = provider.mock.m
  }
  fallback { # ERROR: missing to
    on = ["timeout"]
  }
}

provider "mock" "m" {}
