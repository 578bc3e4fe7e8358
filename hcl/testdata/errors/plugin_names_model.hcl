provider "mock" "m" {}

plugin "router" "words" {
  config = {
    rules = [
      { model = "smart" },
      { model = "claude-sonnet" },
      { model = "claud-sonnet" }, # ERROR: configuration the plugin refuses
    ]
    default = 0 # ERROR: configuration the plugin refuses
    simple  = "cheap"
  }
}

pipeline "p" {
  stage "s" { use = plugin.router.words }
  stage "t" {
    use    = plugin.router.words
    config = { rules = [], default = "smart", reroute = "smarter" } # ERROR: configuration the plugin refuses
  }
}

model "smart" {
  aliases = ["claude-*"]
  target { provider = provider.mock.m }
}
