model "a" {
  target {
    provider = provider.mock.m
  }
}
route "r" {
  models = [model["b/c"]] # ERROR: unknown model
}

provider "mock" "m" {}
