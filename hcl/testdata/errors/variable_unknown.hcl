log {
  level = var.levle # ERROR: unknown variable
}
variable "level" {
  default = "info"
}

provider "mock" "m" {}
