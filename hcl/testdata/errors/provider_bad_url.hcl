provider "openai_compatible" "x" {
  base_url = "ftp://x/v1" # ERROR: invalid base_url
}

provider "mock" "m" {}
