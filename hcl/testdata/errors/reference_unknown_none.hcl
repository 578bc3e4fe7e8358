route "r" {
  pipeline = pipeline.default # ERROR: unknown pipeline
}

provider "mock" "m" {}
