rout "chat" {} # ERROR: unknown block

provider "mock" "m" {}
