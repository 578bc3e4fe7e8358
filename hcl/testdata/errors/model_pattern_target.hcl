model "a" {
  target {
    provider = provider.mock.m
    model    = "gpt-*" # ERROR: pattern as a target's model
  }
}

provider "mock" "m" {}
