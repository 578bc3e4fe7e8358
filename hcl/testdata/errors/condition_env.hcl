route "r" {
  match {
    when = request.header["x"] == env("NOWHERE_KEY") # ERROR: missing environment variable
  }
}

provider "mock" "m" {}
