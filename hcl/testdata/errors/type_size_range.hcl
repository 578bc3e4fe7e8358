listener "l" {
  head_bytes = "2GiB" # ERROR: wrong value of head_bytes
}

provider "mock" "m" {}
