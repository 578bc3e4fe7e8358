plugin "guard" "pii" {
  sha256 = "0000000000000000000000000000000000000000000000000000000000000000" # WARNING: pin of a builtin plugin
}

provider "mock" "m" {}
