model "a" {
  target {
    provider = provider.mock.m
  }
  strategy = "weighted"
  router   = plugin.router.complexity # ERROR: router without its strategy
}
plugin "router" "complexity" {}

provider "mock" "m" {}
