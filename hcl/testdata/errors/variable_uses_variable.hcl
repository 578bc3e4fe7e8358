variable "a" {
  default = 1
}
variable "b" {
  default = local.x # ERROR: unknown local
}
locals {
  x = 1
}

provider "mock" "m" {}
