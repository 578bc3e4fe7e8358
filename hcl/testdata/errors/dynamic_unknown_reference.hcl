model "a" {
  dynamic "target" {
    for_each = [provider.mock.x] # ERROR: unknown provider
    content {
      provider = target.value
    }
  }
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
