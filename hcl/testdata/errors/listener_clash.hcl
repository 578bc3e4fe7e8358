listener "a" {
  address = ":8080"
}
listener "b" {
  address = "127.0.0.1:8080" # ERROR: address taken twice
}

provider "mock" "m" {}
