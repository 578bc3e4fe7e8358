consumer "a" {
  key = env("KEY_A")
  limit {
    requests = "fast" # ERROR: wrong value of requests
  }
}

provider "mock" "m" {}
