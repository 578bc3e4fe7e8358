provider "openai" "main" {
  api_key = env("EMPTY") # ERROR: empty environment variable
}
