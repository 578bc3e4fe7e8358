provider "mock" "m" {
  connections = "8" # ERROR: wrong value of connections
}
