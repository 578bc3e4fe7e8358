route "r" {
  match {
    when = lower(request.model) == "x" # ERROR: no such function in conditions
  }
}

provider "mock" "m" {}
