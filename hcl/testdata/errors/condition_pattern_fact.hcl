route "r" {
  match {
    when = glob("gpt-4o", request.model) # ERROR: pattern not known
  }
}

provider "mock" "m" {}
