log {
  level = request.method # ERROR: no request here
}

provider "mock" "m" {}
