# Prompt injections and jailbreaks are refused in what users write, and only noted in what tools return.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "injection" {
  source   = "builtin"
  on_error = "deny" # a guard that fails lets nothing through
  config = {
    sources     = ["user"]
    sensitivity = "medium"
    allow       = ["ignore the rules of the game"] # our game says it on its first page
    status      = 400
  }
}

pipeline "guarded" {
  stage "users" {
    use = plugin.guard.injection
  }

  # Pages and files may quote attacks without being one: their requests go on, and their records have
  # the tag "injection". With action = "block" they would be refused too.
  stage "tools" {
    use = plugin.guard.injection
    config = {
      action      = "tag"
      sources     = ["tool_results", "tools"]
      sensitivity = "high"
    }
  }
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.guarded
}
