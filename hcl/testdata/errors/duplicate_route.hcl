route "r" {
  match {
    path = "/a"
  }
}
route "r" { # ERROR: duplicate route
  match {
    path = "/b"
  }
}

provider "mock" "m" {}
