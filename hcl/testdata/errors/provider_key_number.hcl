provider "openai" "main" {
  api_key = 12345 # ERROR: wrong value of api_key
}

provider "mock" "m" {}
