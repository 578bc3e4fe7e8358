route "r" {
  match {
    when = request.model == ["a"] # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
