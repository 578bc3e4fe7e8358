route "a" {
  match {
    when = request.stream
  }
}
route "b" { # WARNING: route never matches
  match {
    path = "/v1/*"
    when = (request.stream == true)
  }
}

provider "mock" "m" {}
