locals {
  a = format("%9999d", 1) # ERROR: format too wide
}

provider "mock" "m" {}
