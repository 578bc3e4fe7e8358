plugin "guard" "pii" {
  config = {
    entities = "EMAIL_ADDRESS" # ERROR: configuration the plugin refuses
  }
}

provider "mock" "m" {}
