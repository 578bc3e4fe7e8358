pipeline "p" {
  stage "s" { # ERROR: missing use
  }
}

provider "mock" "m" {}
