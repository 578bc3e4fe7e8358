consumer "a" {
  key = env("KEY_A")
  budget { # ERROR: budget blocks come in a later release
    amount = 50
  }
}

provider "mock" "m" {}
