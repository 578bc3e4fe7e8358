plugin "guard" "pii" {
  limit {
    fuel = 0 # ERROR: wrong value of fuel
  }
}

provider "mock" "m" {}
