plugin "guard" "pii" {
  grant {
    kv = ["a b"] # ERROR: invalid namespace
  }
}

provider "mock" "m" {}
