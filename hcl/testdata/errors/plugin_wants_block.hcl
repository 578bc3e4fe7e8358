plugin "guard" "memory" {
  grant { # ERROR: capability not granted
    log = true
  }
}

provider "mock" "m" {}
