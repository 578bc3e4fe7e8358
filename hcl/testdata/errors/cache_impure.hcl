plugin "guard" "memory" {
  grant {
    kv = ["memory"]
  }
}
pipeline "p" {
  stage "s" {
    use = plugin.guard.memory
  }
}
route "r" {
  pipeline = pipeline.p
  cache { # ERROR: cache with an impure plugin
  }
}

provider "mock" "m" {}
