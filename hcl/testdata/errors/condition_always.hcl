route "r" {
  match {
    when = true # WARNING: condition is always true
  }
}

provider "mock" "m" {}
