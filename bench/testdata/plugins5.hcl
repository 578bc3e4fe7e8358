# As pass.hcl, and five stages: four guards and one that adds to the system prompt.

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
  config = {
    entities = ["EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE"]
    action   = "mask"
    restore  = true
  }
}

plugin "guard" "secrets" {}

plugin "guard" "regex" {
  grant { scan = true }
  config = {
    rules = [
      { name = "projects", words = ["Nightjar", "Blue Heron"], action = "mask" },
      { name = "ticket", pattern = "\\bTKT-[0-9]{6}\\b", action = "mask" },
    ]
  }
}

plugin "guard" "limits" {
  grant { tokens = true }
  config = {
    models     = { deny = ["o1-*"] }
    prompt     = { bytes = 1000000, messages = 200 }
    max_tokens = { most = 8192 }
  }
}

plugin "transform" "decorate" {
  config = { prepend_system = "Answer in the house's own voice." }
}

pipeline "five" {
  stage "redact" { use = plugin.guard.pii }
  stage "secrets" { use = plugin.guard.secrets }
  stage "names" { use = plugin.guard.regex }
  stage "limits" { use = plugin.guard.limits }
  stage "voice" { use = plugin.transform.decorate }
}

route "chat" {
  match { path = "/v1/*" }
  pipeline = pipeline.five
}

consumer "bench" {
  key  = env("BENCH_CONSUMER_KEY")
  team = "bench"
  limit {
    requests = "100M/s"
    tokens   = "1000000M/s"
  }
}
