locals {
  a = file(".") # ERROR: can't read file
}

provider "mock" "m" {}
