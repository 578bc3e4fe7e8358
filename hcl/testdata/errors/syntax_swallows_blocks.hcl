plugin "guard" "pii" {
  limit {
    memory = "16MiB"
    wall   = "20ms" } # ERROR: missing newline after argument
}

pipeline "p" {
  stage "s" { use = plugin.guard.pii }
}

provider "mock" "m" {}
