log {}
log {} # ERROR: duplicate log

provider "mock" "m" {}
