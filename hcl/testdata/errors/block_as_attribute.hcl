route "r" {
  cache = { ttl = "1h" } # ERROR: unknown attribute
}

provider "mock" "m" {}
