model "a" {
  target {
    provider = provider.mock.m
    weight   = -5 # ERROR: wrong value of weight
  }
}

provider "mock" "m" {}
