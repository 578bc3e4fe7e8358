# A plugin looks at each prompt and chooses: easy ones go to the small model, hard ones to the large one.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

plugin "router" "complexity" {
  config = {
    threshold = 30 # a score from 0 to 100
    simple    = "gpt-4o-mini"
    complex   = "gpt-4o"
  }
}

model "auto" {
  router = plugin.router.complexity

  target {
    provider = provider.openai.main
    model    = "gpt-4o-mini"
  }
  target {
    provider = provider.openai.main
    model    = "gpt-4o"
  }
}

route "chat" {
  models = [model.auto]
}
