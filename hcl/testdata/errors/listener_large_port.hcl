listener "l" {
  address = ":65536" # ERROR: invalid address
}

provider "mock" "m" {}
