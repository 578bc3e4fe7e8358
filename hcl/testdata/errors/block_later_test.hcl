test "x" {} # ERROR: test blocks come in a later release

provider "mock" "m" {}
