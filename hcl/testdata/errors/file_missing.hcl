locals {
  a = file("nowhere.txt") # ERROR: can't read file
}

provider "mock" "m" {}
