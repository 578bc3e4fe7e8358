provider "mock" "m" {}
provider "mock" "m" {} # ERROR: duplicate provider
