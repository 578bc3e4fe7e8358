plugin "guard" "x" {
  source = "plugin_pin_form.hcl"
  sha256 = "abc" # ERROR: wrong value of sha256
}

provider "mock" "m" {}
