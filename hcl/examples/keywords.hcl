# Words in the prompt choose: code goes to the model that is good at it, long-winded subjects to the large one, the rest to the small.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

provider "anthropic" "claude" {
  api_key = env("ANTHROPIC_API_KEY")
}

plugin "router" "keywords" {
  config = {
    rules = [
      # The first rule that fits decides. Words are whole ones, in either case.
      { any = ["python", "golang", "stack trace", "c++"], model = "claude-sonnet-4-5" },
      { all = ["contract", "clause"], none = ["template"], in = "user", model = "gpt-4o" },
    ]
    default = "gpt-4o-mini"
  }
}

model "auto" {
  router = plugin.router.keywords

  target {
    provider = provider.openai.main
    model    = "gpt-4o-mini"
  }
  target {
    provider = provider.openai.main
    model    = "gpt-4o"
  }
  target {
    provider = provider.anthropic.claude
    model    = "claude-sonnet-4-5"
  }
}

route "chat" {
  models = [model.auto]
}
