model "a" {
  target {
    provider = provider.mock.m
  }
  router = plugin.guard.pii # ERROR: not a router
}
plugin "guard" "pii" {}

provider "mock" "m" {}
