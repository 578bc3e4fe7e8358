consumer "a" {
  key = env("KEY_A")
  limit {
    tokens = "0/s" # ERROR: wrong value of tokens
  }
}

provider "mock" "m" {}
