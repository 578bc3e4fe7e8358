route "r" {
  match {
    when = 1 == 2 && request.stream # WARNING: condition is always false
  }
}

provider "mock" "m" {}
