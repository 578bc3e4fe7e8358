plugin "guard" "pii" {
  config = { action = "mask" }
}
pipeline "p" {
  stage "s" {
    use    = plugin.guard.pii
    config = { restore = "yes" } # ERROR: configuration the plugin refuses
  }
}

provider "mock" "m" {}
