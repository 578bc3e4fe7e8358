provider "mock" "m" {}

plugin "guard" "blind" {}
plugin "transform" "whole" {}

pipeline "p" {
  stage "blind" { use = plugin.guard.blind }     # ERROR: stage that can't see streams
  stage "whole" { use = plugin.transform.whole } # WARNING: stage that streams go past
}
