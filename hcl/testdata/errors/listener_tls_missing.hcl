listener "a" {
  tls { # ERROR: missing key
    certificate = "nowhere.pem" # ERROR: can't read certificate
  }
}

provider "mock" "m" {}
