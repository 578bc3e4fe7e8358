plugin "guard" "memory" {} # ERROR: capability not granted

provider "mock" "m" {}
