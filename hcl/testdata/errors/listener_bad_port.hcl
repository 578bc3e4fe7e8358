listener "l" {
  address = ":http" # ERROR: invalid address
}

provider "mock" "m" {}
