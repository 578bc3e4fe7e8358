consumer "a" {
  key_sha256 = ["abc"] # ERROR: wrong value of key_sha256
}

provider "mock" "m" {}
