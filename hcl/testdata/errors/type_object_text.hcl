plugin "guard" "pii" {
  config = "x" # ERROR: wrong value of config
}

provider "mock" "m" {}
