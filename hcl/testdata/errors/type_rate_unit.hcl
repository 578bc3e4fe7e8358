consumer "a" {
  key = env("KEY_A")
  limit {
    tokens = "100/fortnight" # ERROR: wrong value of tokens
  }
}

provider "mock" "m" {}
