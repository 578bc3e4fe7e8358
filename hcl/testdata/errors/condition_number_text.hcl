route "r" {
  match {
    when = request.body_bytes > "4" # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
