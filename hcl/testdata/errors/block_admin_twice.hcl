admin {}
admin { # ERROR: duplicate admin
  address = "127.0.0.1:9999"
}

provider "mock" "m" {}
