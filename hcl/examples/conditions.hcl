# Conditions decide for each request. They are compiled when the file is read.

locals {
  insiders = ["research", "red-team"]
}

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "pii" {
  config = {
    entities = ["EMAIL_ADDRESS"]
    action   = "mask"
  }
}

pipeline "default" {
  stage "redact" {
    use = plugin.guard.pii
    # Everybody but insiders, and insiders too when they send a lot.
    when = !contains(local.insiders, consumer.team) || request.body_bytes > 100000
  }
}

# Small, unstreamed requests of one machine's health check.
route "probe" {
  match {
    method = "POST"
    path   = "/v1/chat/completions"
    when   = startswith(request.client_ip, "10.") && !request.stream && request.header["x-probe"] != null
  }
}

route "staging" {
  match {
    when = request.header["x-env"] == "staging" || consumer.tag["env"] == "staging"
  }
}

route "reasoning" {
  match {
    when = glob(request.model, "o*-*") || matches(request.model, "(?i)reason")
  }
  pipeline = pipeline.default
}

route "rest" {
  pipeline = pipeline.default
}

consumer "research" {
  key  = env("RESEARCH_KEY")
  team = "research"
}
