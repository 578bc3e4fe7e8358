route "r" {
  models = [] # ERROR: empty models
}

provider "mock" "m" {}
