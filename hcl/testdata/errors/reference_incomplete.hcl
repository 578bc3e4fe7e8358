model "a" {
  target {
    provider = provider.mock # ERROR: wrong value of provider
  }
}

provider "mock" "m" {}
