plugin "guard" "pii" {
  grant {
    secret = { dlp = env("KEY_A") } # ERROR: secrets without calls
  }
}

provider "mock" "m" {}
