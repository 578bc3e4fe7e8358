admin {
  address = ":9090" # WARNING: admin open to the network
}

provider "mock" "m" {}
