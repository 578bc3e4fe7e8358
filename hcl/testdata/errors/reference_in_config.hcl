plugin "guard" "pii" {
  config = { entities = model.a } # ERROR: wrong value of config
}
model "a" {
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
