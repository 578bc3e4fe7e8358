provider "mock" "m" {
  deadline {
    idle = "0s" # ERROR: wrong value of idle
  }
}
