consumer "a" {
  key  = env("KEY_A")
  tags = "x" # ERROR: wrong value of tags
}

provider "mock" "m" {}
