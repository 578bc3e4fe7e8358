log {
  levle = "info" # ERROR: unknown attribute
}

provider "mock" "m" {}
