dynamic { # ERROR: missing label
}

provider "mock" "m" {}
