model "a" {
  target {
    provider = provider.mock.m
  }
  fallback {
    to = [model.b]
  }
}
model "b" {
  target {
    provider = provider.mock.m
  }
  fallback {
    to = [model.c]
  }
}
model "c" {
  target {
    provider = provider.mock.m
  }
  fallback {
    to = [model.a] # ERROR: models fall back in a circle
  }
}

provider "mock" "m" {}
