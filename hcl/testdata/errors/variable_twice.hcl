variable "n" {
  default = 1
}
variable "n" { # ERROR: duplicate variable
  default = 2
}

provider "mock" "m" {}
