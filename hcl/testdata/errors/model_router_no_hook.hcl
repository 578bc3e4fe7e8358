model "a" {
  target {
    provider = provider.mock.m
  }
  router = plugin.router.idle # ERROR: not a router
}
plugin "router" "idle" {}

provider "mock" "m" {}
