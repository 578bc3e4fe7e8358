provider "mock" "m" {}

plugin "router" "words" {
  config = {
    rules = [
      { model = "gpt-4o" },
      { model = "mock.m/gpt-4o-mini" },
      { model = 1 },
      { model = "gtp-4o" }, # ERROR: configuration the plugin refuses
      { model = 2 },        # ERROR: configuration the plugin refuses
    ]
    default = "mock.n/gpt-4o" # ERROR: configuration the plugin refuses
    simple  = "cheap"         # ERROR: configuration the plugin refuses
    reroute = "anything"
  }
}

model "auto" {
  router = plugin.router.words
  target {
    provider = provider.mock.m
    model    = "gpt-4o"
  }
  target {
    provider = provider.mock.m
    model    = "gpt-4o-mini"
  }
}
