route "r" {
  match {
    when = request.colour == "x" # ERROR: unknown fact
  }
}

provider "mock" "m" {}
