log {
  access = "yes" # ERROR: wrong value of access
}

provider "mock" "m" {}
