route "r" {
  models = [model.a, model.b] # ERROR: unknown model
}
model "a" {
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
