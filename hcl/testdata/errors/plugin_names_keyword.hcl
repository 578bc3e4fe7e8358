provider "mock" "m" {}

plugin "router" "odd" {} # ERROR: plugin with a faulty schema

model "auto" {
  router = plugin.router.odd
  target { provider = provider.mock.m }
}
