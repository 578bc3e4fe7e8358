provider "mock" "m" {
  deadline {
    connect = 30 # ERROR: wrong value of connect
  }
}
