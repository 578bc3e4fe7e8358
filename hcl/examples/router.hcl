# A plugin looks at each prompt and chooses: easy ones go to the small model, hard ones to the large one.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

plugin "router" "complexity" {
  config = {
    threshold = 0.5
  }
}

model "auto" {
  router = plugin.router.complexity

  # The first target is for easy prompts, the second one for hard ones.
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
