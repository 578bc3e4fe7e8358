provider "anthropic" "claude" {} # ERROR: missing api_key

provider "mock" "m" {}
