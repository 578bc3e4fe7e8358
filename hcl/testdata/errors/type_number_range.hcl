provider "mock" "m" {
  retry {
    max = 6 # ERROR: wrong value of max
  }
}
