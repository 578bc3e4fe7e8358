model "a" {
  dynamic "target" { # ERROR: incomplete dynamic block
    for_each = [1]
  }
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
