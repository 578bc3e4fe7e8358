log {
  level  = "loud" # ERROR: wrong value of level
  format = 1      # ERROR: wrong value of format
  acess  = true   # ERROR: unknown attribute
}
admin {
  address = "here" # ERROR: invalid address
}
route "r" {
  pipeline = pipeline.none # ERROR: unknown pipeline
}

provider "mock" "m" {}
