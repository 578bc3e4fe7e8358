consumer "a" {
  key  = env("KEY_A")
  team = 7 # ERROR: wrong value of team
}

provider "mock" "m" {}
