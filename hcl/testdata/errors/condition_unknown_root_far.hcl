route "r" {
  match {
    when = foo.model == "x" # ERROR: unknown name
  }
}

provider "mock" "m" {}
