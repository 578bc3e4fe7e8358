provider "mock" "m" {
  connections = 1.5 # ERROR: wrong value of connections
}
