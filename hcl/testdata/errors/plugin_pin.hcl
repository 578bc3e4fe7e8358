plugin "guard" "x" {
  source = "plugin_pin.hcl"
  sha256 = "0000000000000000000000000000000000000000000000000000000000000000" # ERROR: plugin isn't the pinned one
}

provider "mock" "m" {}
