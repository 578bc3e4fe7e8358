model "a" {
  target {
    provider = provider.mock.m
  }
  aliases = ["x"]
}
model "b" {
  target {
    provider = provider.mock.m
  }
  aliases = ["y", "x"] # ERROR: name claimed twice
}

provider "mock" "m" {}
