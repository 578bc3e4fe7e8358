route "r" {
  match {
    when = request.model # ERROR: condition that isn't true or false
  }
}

provider "mock" "m" {}
