provider "mock" "m" {
  deadline {
    headers = "20s" # ERROR: headers is longer than total
    total   = "10s"
  }
}
