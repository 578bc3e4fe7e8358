route "r" {
  match {
    when = matches(request.model, "(") # ERROR: invalid pattern
  }
}

provider "mock" "m" {}
