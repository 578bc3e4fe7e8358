# A folder is one configuration: its files are read in the order of their names, and names of one file
# are known in all of them.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

provider "anthropic" "claude" {
  api_key = env("ANTHROPIC_API_KEY")
}
