provider "mock" "m" {
  headers = {
    x-a = "x\ny" # ERROR: invalid header
  }
}
