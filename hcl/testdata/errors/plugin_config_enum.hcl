plugin "guard" "pii" {
  config = {
    entities = [
      "EMAIL_ADDRESS",
      "EMAIL", # ERROR: configuration the plugin refuses
    ]
    action = "mark" # ERROR: configuration the plugin refuses
  }
}

provider "mock" "m" {}
