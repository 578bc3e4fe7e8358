route "r" {
  match {
    when = request.model == 4 # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
