provider "openai_compatible" "x" {
  base_url = "https://u:p@x/v1" # ERROR: invalid base_url
}

provider "mock" "m" {}
