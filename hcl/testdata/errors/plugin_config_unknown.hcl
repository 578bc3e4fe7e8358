plugin "guard" "pii" {
  config = {
    acton = "mask" # ERROR: configuration the plugin refuses
  }
}

provider "mock" "m" {}
