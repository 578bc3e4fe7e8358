route "r" {
  match {
    host = "*.example.com" # ERROR: invalid host
  }
}

provider "mock" "m" {}
