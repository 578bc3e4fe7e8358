plugin "guard" "pii" {}
pipeline "p" {
  stage "s" {
    use = plugin.guard.pii
  }
}
pipeline "p" { # ERROR: duplicate pipeline
  stage "s" {
    use = plugin.guard.pii
  }
}

provider "mock" "m" {}
