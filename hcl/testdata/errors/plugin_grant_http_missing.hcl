plugin "guard" "pii" {
  grant {
    http {} # ERROR: missing allow
  }
}

provider "mock" "m" {}
