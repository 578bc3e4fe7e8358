route "r" {
  cache {
    max_bytes   = "1MiB"
    entry_bytes = "2MiB" # ERROR: entry_bytes is larger than max_bytes
  }
}

provider "mock" "m" {}
