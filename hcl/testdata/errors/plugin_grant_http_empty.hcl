plugin "guard" "pii" {
  grant {
    http {
      allow = [] # ERROR: empty allow
    }
  }
}

provider "mock" "m" {}
