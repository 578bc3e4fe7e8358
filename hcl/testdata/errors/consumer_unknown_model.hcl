consumer "a" {
  key    = env("KEY_A")
  models = [model.x] # ERROR: unknown model
}

provider "mock" "m" {}
