plugin "guard" "pii" {}
pipeline "p" {
  stage { # ERROR: missing label
    use = plugin.guard.pii
  }
}

provider "mock" "m" {}
