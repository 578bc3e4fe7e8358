listener "a" {
  address = ":9090"
}
admin {} # ERROR: address taken twice

provider "mock" "m" {}
