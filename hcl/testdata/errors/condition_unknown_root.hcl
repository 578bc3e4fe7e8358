route "r" {
  match {
    when = requst.model == "x" # ERROR: unknown fact
  }
}

provider "mock" "m" {}
