listener "l" {
  address = ":1"
}
listener "l" { # ERROR: duplicate listener
  address = ":2"
}

provider "mock" "m" {}
