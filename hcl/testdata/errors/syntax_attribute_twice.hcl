log {
  level = "info"
  level = "warn" # ERROR: attribute redefined
}

provider "mock" "m" {}
