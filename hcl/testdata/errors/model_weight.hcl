model "a" {
  target {
    provider = provider.mock.m
    weight   = 0 # ERROR: wrong value of weight
  }
}

provider "mock" "m" {}
