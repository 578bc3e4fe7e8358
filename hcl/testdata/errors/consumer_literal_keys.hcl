consumer "a" {
  keys = ["0123456789abcdef"] # WARNING: key written in the file
}

provider "mock" "m" {}
