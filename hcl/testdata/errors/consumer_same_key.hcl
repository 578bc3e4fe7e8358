consumer "a" {
  key = env("KEY_A") # ERROR: two consumers with one key
}
consumer "b" {
  keys = [
    env("KEY_B"),
    env("KEY_A"), # ERROR: two consumers with one key
  ]
}

provider "mock" "m" {}
