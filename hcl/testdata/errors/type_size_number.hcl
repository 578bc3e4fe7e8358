listener "l" {
  body_bytes = 1024 # ERROR: wrong value of body_bytes
}

provider "mock" "m" {}
