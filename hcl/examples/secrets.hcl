# Keys and passwords don't leave: they are masked in what is asked, and an answer that shows one is refused.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "secrets" {
  on_error = "deny" # a guard that fails lets nothing through
  config = {
    action    = "hash" # the same secret gets the same name, so that the model can tell two apart
    salt      = env("SECRETS_SALT")
    direction = "request"
    allow     = ["AKIAIOSFODNN7EXAMPLE", "sk_test_*"]
  }
}

pipeline "chat" {
  stage "mask" {
    use = plugin.guard.secrets
  }

  # What the model says must hold no private key, whether it made it up or was taught it.
  stage "refuse" {
    use = plugin.guard.secrets
    config = {
      action    = "block"
      direction = "answer"
      entities  = ["PRIVATE_KEY", "CLOUD_KEY"]
    }
  }
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.chat
}
