budget "x" {} # ERROR: budget blocks come in a later release

provider "mock" "m" {}
