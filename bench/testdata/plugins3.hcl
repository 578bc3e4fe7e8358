# As pass.hcl, and three stages: one looks at every text, two add to the system prompt.

variable "listen" { type = string }
variable "admin" { type = string }
variable "upstream" { type = string }

listener "bench" { address = var.listen }
admin { address = var.admin }

provider "openai" "mock" {
  base_url    = var.upstream
  api_key     = env("BENCH_UPSTREAM_KEY")
  connections = 4096
}

model "gpt-4o" {
  target { provider = provider.openai.mock }
}

plugin "guard" "pii" {
  source   = "builtin"
  on_error = "deny"
  config = {
    entities = ["EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE"]
    action   = "mask"
    restore  = true
  }
}

plugin "transform" "decorate" {
  config = { prepend_system = "Answer in the house's own voice." }
}

pipeline "three" {
  stage "redact" { use = plugin.guard.pii }
  stage "voice" { use = plugin.transform.decorate }
  stage "team" {
    use    = plugin.transform.decorate
    config = { prepend_system = "", append_system = "The person works for {{team}}." }
  }
}

route "chat" {
  match { path = "/v1/*" }
  pipeline = pipeline.three
}

consumer "bench" {
  key  = env("BENCH_CONSUMER_KEY")
  team = "bench"
  limit {
    requests = "100M/s"
    tokens   = "1000000M/s"
  }
}

