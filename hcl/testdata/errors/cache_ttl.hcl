route "r" {
  cache {
    ttl = "0s" # ERROR: wrong value of ttl
  }
}

provider "mock" "m" {}
