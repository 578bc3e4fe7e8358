locals {
  a = 1
}
locals {
  a = 2 # ERROR: duplicate local
}

provider "mock" "m" {}
