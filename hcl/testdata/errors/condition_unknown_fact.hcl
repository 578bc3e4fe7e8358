route "r" {
  match {
    when = request.modle == "x" # ERROR: unknown fact
  }
}

provider "mock" "m" {}
