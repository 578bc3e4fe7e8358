provider "mock" "m" {}

plugin "router" "words" {
  config = {
    default = "mock.m/cheap" # what is meant can't be told while a provider isn't known
    simple  = 1e20           # ERROR: configuration the plugin refuses
  }
}

model "auto" {
  router = plugin.router.words
  target {
    provider = provider.mock.n # ERROR: unknown provider
    model    = "cheap"
  }
  target { # ERROR: missing provider
    model = "dear"
  }
}

model "none" { # ERROR: model without a target
  router = plugin.router.words
}
