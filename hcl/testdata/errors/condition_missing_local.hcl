route "r" {
  match {
    when = request.model == local.x # ERROR: unknown local
  }
}

provider "mock" "m" {}
