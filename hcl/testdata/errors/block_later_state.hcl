state "redis" {} # ERROR: state blocks come in a later release

provider "mock" "m" {}
