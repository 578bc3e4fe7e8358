route "r" {
  match {
    when = tag["x"] == "y" # ERROR: unknown fact
  }
}

provider "mock" "m" {}
