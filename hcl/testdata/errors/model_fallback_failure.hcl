model "a" {
  target {
    provider = provider.mock.m
  }
  fallback {
    on = ["timeuot"] # ERROR: unknown failure
    to = [model.b]
  }
}
model "b" {
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
