route "r" {
  match {
    when = contains(["a", 1], request.model) # ERROR: wrong type in list
  }
}

provider "mock" "m" {}
