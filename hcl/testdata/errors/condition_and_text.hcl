route "r" {
  match {
    when = request.model && request.stream # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
