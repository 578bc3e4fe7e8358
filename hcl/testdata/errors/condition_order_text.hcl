route "r" {
  match {
    when = request.model < "b" # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
