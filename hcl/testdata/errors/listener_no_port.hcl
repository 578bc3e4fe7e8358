listener "l" {
  address = "localhost" # ERROR: invalid address
}

provider "mock" "m" {}
