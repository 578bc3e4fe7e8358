route "r" {
  match {
    when = request.stream == "true" # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
