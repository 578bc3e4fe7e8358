plugin "guard" "pii" {
  grant {
    htpp = true # ERROR: unknown attribute
  }
}

provider "mock" "m" {}
