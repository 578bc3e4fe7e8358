route "r" {
  match {
    when = startwith(request.model, "x") # ERROR: no such function in conditions
  }
}

provider "mock" "m" {}
