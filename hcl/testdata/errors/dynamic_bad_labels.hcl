dynamic "consumer" {
  for_each = ["a"]
  labels   = "x" # ERROR: wrong type of labels
  content {
    key = env("KEY_A")
  }
}

provider "mock" "m" {}
