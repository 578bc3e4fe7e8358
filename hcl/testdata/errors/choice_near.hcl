model "a" {
  target {
    provider = provider.mock.m
  }
  strategy = "wieghted" # ERROR: wrong value of strategy
}

provider "mock" "m" {}
