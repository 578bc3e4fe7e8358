consumer "a" {
  key    = env("KEY_A")
  models = [] # ERROR: empty models
}

provider "mock" "m" {}
