log {
  level = var # ERROR: incomplete name
}

provider "mock" "m" {}
