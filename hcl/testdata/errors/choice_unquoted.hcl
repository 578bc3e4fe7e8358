model "a" {
  target {
    provider = provider.mock.m
  }
  strategy = weighted # ERROR: unknown name
}

provider "mock" "m" {}
