route "r" {
  match {
    when = request.modle == "x" || request.path == 3 # ERROR: unknown fact # ERROR: wrong type in condition
  }
}

provider "mock" "m" {}
