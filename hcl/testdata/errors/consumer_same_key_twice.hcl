consumer "a" {
  keys = [env("KEY_A"), env("KEY_A")] # WARNING: same key twice
}

provider "mock" "m" {}
