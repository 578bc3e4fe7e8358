route "r" {
  cache {}
  cache {} # ERROR: duplicate block
}

provider "mock" "m" {}
