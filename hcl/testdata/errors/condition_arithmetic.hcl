route "r" {
  match {
    when = request.body_bytes + 1 > 4 # ERROR: not possible in conditions
  }
}

provider "mock" "m" {}
