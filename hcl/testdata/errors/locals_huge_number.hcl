locals {
  a = "${1e999999}" # ERROR: value too large
}

provider "mock" "m" {}
