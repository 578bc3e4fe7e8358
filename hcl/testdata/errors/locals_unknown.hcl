locals {
  a = local.abd # ERROR: unknown local
  abc = 1
}

provider "mock" "m" {}
