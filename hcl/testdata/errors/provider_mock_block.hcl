provider "openai" "main" {
  api_key = env("KEY_A")
  mock {} # ERROR: mock block in a real provider
}

provider "mock" "m" {}
