dynamic "variable" { # ERROR: dynamic variable
  for_each = ["a"]
  labels   = [variable.value]
  content {}
}

provider "mock" "m" {}
