route "r" {
  passthrough = [provider.mock.m, provider.openai.m] # WARNING: passthrough prefix stands for two providers
}
provider "openai" "m" {
  api_key = env("KEY_A")
}

provider "mock" "m" {}
