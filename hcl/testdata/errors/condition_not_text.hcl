route "r" {
  match {
    when = !request.model # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
