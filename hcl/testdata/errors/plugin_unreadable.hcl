plugin "guard" "broken" {} # ERROR: can't use plugin

provider "mock" "m" {}
