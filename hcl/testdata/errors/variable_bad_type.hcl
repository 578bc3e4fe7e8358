variable "n" {
  type    = strnig # ERROR: invalid type specification
  default = "x"
}

provider "mock" "m" {}
