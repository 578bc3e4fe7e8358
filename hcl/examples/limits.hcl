# Prompts, parameters and answers within bounds: what a team may ask for, how much at once, and how long answers get.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

model "gpt-4o-mini" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "limits" {
  source   = "builtin"
  on_error = "deny"
  grant {
    tokens = true
  }
  config = {
    prompt      = { tokens = 16000, images = 4, over = "trim" }
    max_tokens  = { most = 2000 }
    choices     = { most = 1 }
    temperature = { most = 1 }
  }
}

pipeline "default" {
  stage "limits" {
    use = plugin.guard.limits
  }
}

# Interns get the small model, short prompts and no shell, and are told whom to ask for more.
pipeline "interns" {
  stage "limits" {
    use = plugin.guard.limits
    config = {
      models = { allow = ["*-mini"], message = "interns use gpt-4o-mini; ask the platform team for more" }
      tools  = { deny = ["shell", "exec*"] }
      prompt = { tokens = 4000, messages = 40, over = "block" }
      answer = { characters = 8000 }
    }
  }
}

route "interns" {
  match {
    path = "/v1/*"
    when = consumer.team == "interns"
  }
  pipeline = pipeline.interns
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.default
}

consumer "intern" {
  team = "interns"
  key  = env("INTERN_KEY")
}

consumer "staff" {
  key = env("STAFF_KEY")
}
