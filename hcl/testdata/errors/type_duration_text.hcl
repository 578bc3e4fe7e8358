provider "mock" "m" {
  deadline {
    connect = "soon" # ERROR: wrong value of connect
  }
}
