plugin "guard" "pii" {
  on_error = "ignore" # ERROR: wrong value of on_error
}

provider "mock" "m" {}
