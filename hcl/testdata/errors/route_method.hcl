route "r" {
  match {
    method = "post" # ERROR: wrong value of method
  }
}

provider "mock" "m" {}
