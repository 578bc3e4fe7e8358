provider "opnai" "main" { # ERROR: unknown provider type
  api_key = env("KEY_A")
}

provider "mock" "m" {}
