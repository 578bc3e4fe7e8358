variable "n" {
  type    = number
  default = "x" # ERROR: wrong value of default
}

provider "mock" "m" {}
