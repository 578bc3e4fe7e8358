# Two providers behind one name: when the first one is down, slow or busy, the second one answers.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")

  # Give up early, so that there is time left for the fallback.
  deadline {
    connect     = "2s"
    headers     = "20s"
    first_token = "10s"
    idle        = "20s"
    total       = "120s"
  }

  retry {
    max       = 1
    backoff   = "250ms"
    after_cap = "2s"
  }
}

provider "anthropic" "claude" {
  api_key = env("ANTHROPIC_API_KEY")
}

# Targets are tried in the order written.
model "smart" {
  aliases = ["gpt-4o"]

  target {
    provider = provider.openai.main
    model    = "gpt-4o"
  }
  target {
    provider = provider.anthropic.claude
    model    = "claude-sonnet-4-5"
  }

  # When all of them have failed, another model may do. A prompt that is too long for the first model
  # is not too long for every model.
  fallback {
    on = ["timeout", "rate_limited", "server_error", "context_length"]
    to = [model.cheap]
  }
}

model "cheap" {
  target {
    provider = provider.anthropic.claude
    model    = "claude-haiku-4-5"
  }
}

route "chat" {
  models = [model.smart, model.cheap]
}
