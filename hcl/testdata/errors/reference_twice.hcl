route "r" {
  models = [model.a, model.a] # WARNING: named twice
}
model "a" {
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
