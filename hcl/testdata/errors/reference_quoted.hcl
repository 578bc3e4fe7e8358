model "a" {
  target {
    provider = "mock.m" # ERROR: wrong value of provider
  }
}

provider "mock" "m" {}
