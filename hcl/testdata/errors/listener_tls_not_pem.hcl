listener "a" {
  tls { # ERROR: certificate and key can't be used
    certificate = "listener_tls_not_pem.hcl"
    key         = "listener_tls_not_pem.hcl"
  }
}

provider "mock" "m" {}
