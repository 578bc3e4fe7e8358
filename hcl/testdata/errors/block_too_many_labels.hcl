route "a" "b" {} # ERROR: too many labels

provider "mock" "m" {}
