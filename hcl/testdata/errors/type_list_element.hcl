model "a" {
  target {
    provider = provider.mock.m
  }
  aliases = ["x", 1] # ERROR: wrong value of aliases
}

provider "mock" "m" {}
