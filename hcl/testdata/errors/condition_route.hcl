route "r" {
  match {
    when = route.name == "r" # ERROR: route not known yet
  }
}

provider "mock" "m" {}
