route "r" {
  match {
    when = request.body_bytes > 1.5 # ERROR: not a whole number
  }
}

provider "mock" "m" {}
