model "a" {
  target {
    provider = provider.mock.m
  }
}
model "a" { # ERROR: duplicate model
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
