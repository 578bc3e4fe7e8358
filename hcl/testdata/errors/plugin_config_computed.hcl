locals {
  c = { action = "mark" }
}
plugin "guard" "pii" {
  config = local.c # ERROR: configuration the plugin refuses
}

provider "mock" "m" {}
