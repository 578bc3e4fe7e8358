plugin "guard" "x" {
  source = "./nowhere.wasm" # ERROR: can't read plugin
}

provider "mock" "m" {}
