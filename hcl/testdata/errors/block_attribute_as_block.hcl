route "r" {
  models { # ERROR: unknown block
  }
}

provider "mock" "m" {}
