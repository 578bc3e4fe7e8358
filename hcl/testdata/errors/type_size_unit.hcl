listener "l" {
  body_bytes = "16 megs" # ERROR: wrong value of body_bytes
}

provider "mock" "m" {}
