log {
  colour = "red" # ERROR: unknown attribute
}

provider "mock" "m" {}
