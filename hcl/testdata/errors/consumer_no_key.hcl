consumer "a" {} # ERROR: consumer without a key

provider "mock" "m" {}
