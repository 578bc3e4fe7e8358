route { # ERROR: missing label
}

provider "mock" "m" {}
