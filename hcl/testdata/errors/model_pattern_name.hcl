model "gpt-*" { # ERROR: invalid name
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
