route "a b" {} # ERROR: invalid name

provider "mock" "m" {}
