route "all" {
  match {
    path = "/v1/*"
  }
}
route "chat" { # WARNING: route never matches
  match {
    path   = "/v1/chat/completions"
    method = "POST"
  }
}

provider "mock" "m" {}
