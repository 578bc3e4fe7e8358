listener "l" {
  address = "http://localhost:80" # ERROR: invalid address
}

provider "mock" "m" {}
