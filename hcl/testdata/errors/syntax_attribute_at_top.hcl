level = "info" # ERROR: attribute outside of a block

provider "mock" "m" {}
