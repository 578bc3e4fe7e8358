provider "openai_compatible" "x" {
  base_url = "https://x/v1?a=b" # ERROR: invalid base_url
}

provider "mock" "m" {}
