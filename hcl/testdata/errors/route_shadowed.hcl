route "all" {}
route "chat" { # WARNING: route never matches
  match {
    path = "/v1/*"
  }
}

provider "mock" "m" {}
