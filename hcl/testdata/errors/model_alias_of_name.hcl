model "a" {
  target {
    provider = provider.mock.m
  }
}
model "b" {
  target {
    provider = provider.mock.m
  }
  aliases = ["a"] # ERROR: name claimed twice
}

provider "mock" "m" {}
