model "a" {
  target {
    provider = provider.mock.m
  }
  aliases = ["a"] # WARNING: alias without effect
}

provider "mock" "m" {}
