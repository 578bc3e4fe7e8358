plugin "transform" "choice" {
  config = { some = ["x"] } # ERROR: configuration the plugin refuses
}

provider "mock" "m" {}
