consumer "a" {
  key = env("KEY_A")
}
consumer "a" { # ERROR: duplicate consumer
  key = env("KEY_B")
}

provider "mock" "m" {}
