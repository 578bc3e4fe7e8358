# A canary: five of a hundred requests go to the new model.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "assistant" {
  strategy = "weighted"

  target {
    provider = provider.openai.main
    model    = "gpt-4o"
    weight   = 95
  }
  target {
    provider = provider.openai.main
    model    = "gpt-4.1"
    weight   = 5
  }
}

route "all" {
  models = [model.assistant]
}
