route "r" {
  match {
    when = response.status == 200 # ERROR: unknown fact
  }
}

provider "mock" "m" {}
