consumer "a" {
  key = env("KEY_A")
  limit {
    requests = 100 # ERROR: wrong value of requests
  }
}

provider "mock" "m" {}
