log {
  level "info" # ERROR: invalid block definition # ERROR: unknown block
}

provider "mock" "m" {}
