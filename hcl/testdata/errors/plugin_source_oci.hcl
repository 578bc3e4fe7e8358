plugin "guard" "x" {
  source = "oci://registry/acme/x" # ERROR: registries come in a later release
}

provider "mock" "m" {}
