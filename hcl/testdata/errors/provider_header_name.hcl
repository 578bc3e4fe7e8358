provider "mock" "m" {
  headers = {
    "a b" = "x" # ERROR: invalid header
  }
}
