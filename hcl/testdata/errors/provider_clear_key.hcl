provider "openai_compatible" "x" {
  base_url = "http://10.0.0.1/v1" # WARNING: key sent in the clear
  api_key  = env("KEY_A")
}

provider "mock" "m" {}
