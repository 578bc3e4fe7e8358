model "a" {
  target {
    provider = model.a # ERROR: wrong value of provider
  }
}

provider "mock" "m" {}
