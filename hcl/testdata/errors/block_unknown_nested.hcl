model "a" {
  target {
    provider = provider.mock.m
  }
  targets { # ERROR: unknown block
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
