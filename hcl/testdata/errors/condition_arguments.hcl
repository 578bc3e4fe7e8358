route "r" {
  match {
    when = startswith(request.model) # ERROR: wrong number of arguments
  }
}

provider "mock" "m" {}
