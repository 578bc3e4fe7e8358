consumer "a" {
  key = env("SHORT") # WARNING: weak key
}

provider "mock" "m" {}
