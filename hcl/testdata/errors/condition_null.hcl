route "r" {
  match {
    when = request.model == null # ERROR: never null
  }
}

provider "mock" "m" {}
