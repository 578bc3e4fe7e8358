plugin "guard" "pii" {}
plugin "guard" "pii" {} # ERROR: duplicate plugin

provider "mock" "m" {}
