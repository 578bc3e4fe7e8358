consumer "a" {
  key = env("NOWHERE_KEY", "") # ERROR: empty key
}

provider "mock" "m" {}
