model "a" {
  target {
    provider = provider.mokc.m # ERROR: unknown provider
  }
}

provider "mock" "m" {}
