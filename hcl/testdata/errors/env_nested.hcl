provider "openai" "main" {
  api_key = trimspace(env("NOWHERE_KEY")) # ERROR: missing environment variable
}
