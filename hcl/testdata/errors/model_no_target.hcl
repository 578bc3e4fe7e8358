model "a" {} # ERROR: model without a target

provider "mock" "m" {}
