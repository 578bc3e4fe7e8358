pipeline "p" {
  stage "s" {
    use = plugin.guard.ppi # ERROR: unknown plugin
  }
}
plugin "guard" "pii" {}

provider "mock" "m" {}
