# Personal data never leaves: it is masked on the way out and put back on the way in.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "pii" {
  source   = "builtin"
  on_error = "deny" # a guard that fails lets nothing through
  limit {
    memory    = "16MiB"
    wall      = "20ms"
    instances = 8
  }
  config = {
    entities = ["EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE"]
    action   = "mask"
    restore  = true
  }
}

pipeline "private" {
  stage "redact" {
    use = plugin.guard.pii
  }
}

# The same plugin, set up more strictly for those who must not send any of it at all.
pipeline "strict" {
  stage "refuse" {
    use = plugin.guard.pii
    config = {
      action  = "block"
      restore = false
    }
  }
}

route "strict" {
  match {
    path = "/v1/*"
    when = consumer.team == "support"
  }
  pipeline = pipeline.strict
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.private
}

consumer "support" {
  key  = env("SUPPORT_KEY")
  team = "support"
}

consumer "research" {
  key  = env("RESEARCH_KEY")
  team = "research"
}
