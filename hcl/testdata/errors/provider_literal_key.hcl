provider "openai" "main" {
  api_key = "sk-abcdefghijklmnop" # WARNING: key written in the file
}

provider "mock" "m" {}
