consumer "a" {
  key = "${env("KEY_A")} x" # ERROR: key that can't be sent
}

provider "mock" "m" {}
