model "a" {
  dynamic "target" {
    for_each = [1]
    provider = provider.mock.m # ERROR: unknown attribute
    content {
      provider = provider.mock.m
    }
  }
}

provider "mock" "m" {}
