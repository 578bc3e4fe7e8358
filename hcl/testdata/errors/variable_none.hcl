log {
  level = var.level # ERROR: unknown variable
}

provider "mock" "m" {}
