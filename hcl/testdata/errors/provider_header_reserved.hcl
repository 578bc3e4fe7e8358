provider "mock" "m" {
  headers = {
    Authorization = "x" # ERROR: invalid header
  }
}
