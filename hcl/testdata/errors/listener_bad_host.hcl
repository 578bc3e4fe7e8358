listener "l" {
  address = "300.1.2.3:80" # ERROR: invalid address
}

provider "mock" "m" {}
