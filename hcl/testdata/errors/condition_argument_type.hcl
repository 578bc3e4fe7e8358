route "r" {
  match {
    when = startswith(request.body_bytes, "x") # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
