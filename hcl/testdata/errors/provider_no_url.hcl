provider "openai_compatible" "x" {} # ERROR: missing base_url

provider "mock" "m" {}
