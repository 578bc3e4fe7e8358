route "r" {
  match {
    when = request.method == "post" # WARNING: no such method
  }
}

provider "mock" "m" {}
