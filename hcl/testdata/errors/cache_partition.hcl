route "r" {
  cache {
    partition = "tenant" # ERROR: wrong value of partition
  }
}

provider "mock" "m" {}
