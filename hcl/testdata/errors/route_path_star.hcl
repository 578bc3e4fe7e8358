route "r" {
  match {
    path = "/v1/*/chat" # ERROR: invalid path
  }
}

provider "mock" "m" {}
