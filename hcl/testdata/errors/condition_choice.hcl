route "r" {
  match {
    when = request.stream ? true : false # ERROR: no choice in conditions
  }
}

provider "mock" "m" {}
