consumer "a" {
  key = env("KEY_A")
  tags = {
    a = 1 # ERROR: wrong value of tags
  }
}

provider "mock" "m" {}
