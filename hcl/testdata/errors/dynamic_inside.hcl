model "a" {
  dynamic "target" {
    for_each = ["x", "y"]
    content {
      provider = provider.mock.m
      weight   = target.value # ERROR: wrong value of weight # ERROR: wrong value of weight
    }
  }
}

provider "mock" "m" {}
