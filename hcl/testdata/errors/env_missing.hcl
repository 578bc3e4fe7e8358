provider "openai" "main" {
  api_key = env("NOWHERE_KEY") # ERROR: missing environment variable
}
