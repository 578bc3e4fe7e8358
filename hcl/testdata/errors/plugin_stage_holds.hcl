provider "mock" "m" {}

plugin "guard" "deep" {}

pipeline "p" {
  stage "a" { use = plugin.guard.deep }
  stage "b" { use = plugin.guard.deep }
  stage "c" { use = plugin.guard.deep }
  stage "d" { use = plugin.guard.deep }
  stage "e" { use = plugin.guard.deep } # ERROR: stages hold back too much of a stream
}
