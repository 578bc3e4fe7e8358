log {
  file {} # ERROR: unknown block
}

provider "mock" "m" {}
