plugin "guard" "pii" {}
pipeline "p" {
  stage "s" {
    use = plugin.guard.pii
  }
  stage "s" { # ERROR: duplicate stage
    use = plugin.guard.pii
  }
}

provider "mock" "m" {}
