model "a" {
  target { # ERROR: missing provider
    model = "x"
  }
}

provider "mock" "m" {}
