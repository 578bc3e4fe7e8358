provider "openai" { # ERROR: missing label
  api_key = env("KEY_A")
}

provider "mock" "m" {}
