model "a" {
  target {
    provider    = provider.mock.m
    model       = "x"
    trim_prefix = "m/" # WARNING: trim_prefix has no effect
  }
}

provider "mock" "m" {}
