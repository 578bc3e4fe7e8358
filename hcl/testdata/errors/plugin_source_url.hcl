plugin "guard" "x" {
  source = "https://example.com/x.wasm" # ERROR: wrong value of source
}

provider "mock" "m" {}
