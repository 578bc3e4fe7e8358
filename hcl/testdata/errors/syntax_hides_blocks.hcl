provider "openai" { { # ERROR: argument or block definition required # ERROR: missing label
}
route "r" {
  pipeline = pipeline.p
}

provider "mock" "m" {}
