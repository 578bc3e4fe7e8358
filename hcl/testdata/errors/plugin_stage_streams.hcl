plugin "guard" "whole" {}
pipeline "p" {
  stage "blind" {
    use = plugin.guard.whole # ERROR: guard that streams go past
  }
  stage "meant" {
    use  = plugin.guard.whole
    when = !request.stream
  }
}

provider "mock" "m" {}
