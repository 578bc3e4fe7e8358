listener "l" {
  head_time = "-1s" # ERROR: wrong value of head_time
}

provider "mock" "m" {}
