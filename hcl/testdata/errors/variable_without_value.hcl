variable "level" { # ERROR: variable without a value
  type = string
}

provider "mock" "m" {}
