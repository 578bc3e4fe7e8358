model "a" {
  dynamic "target" {
    for_each = 3 # ERROR: wrong type of for_each
    content {
      provider = provider.mock.m
    }
  }
  target {
    provider = provider.mock.m
  }
}

provider "mock" "m" {}
