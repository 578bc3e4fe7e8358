model "a" {
  target {
    provider = provider.mock.m
  }
  aliases = [""] # ERROR: invalid alias
}

provider "mock" "m" {}
