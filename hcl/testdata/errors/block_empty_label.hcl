route "" {} # ERROR: invalid name

provider "mock" "m" {}
