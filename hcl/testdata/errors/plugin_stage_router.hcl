plugin "router" "complexity" {}
pipeline "p" {
  stage "s" {
    use = plugin.router.complexity # ERROR: plugin can't be a stage
  }
}

provider "mock" "m" {}
