plugin "guard" "pii" {}
pipeline "p" {
  stage "s" {
    use = plugin.guard.pii
  }
}
route "r" {
  pipeline    = pipeline.p
  passthrough = [provider.mock.m] # ERROR: passthrough goes around a guard
}

provider "mock" "m" {}
