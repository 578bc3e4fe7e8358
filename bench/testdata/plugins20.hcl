# As pass.hcl, and twenty stages: twelve guards and eight that add to the system prompt.

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

plugin "guard" "injection" {}

pipeline "twenty" {
  stage "redact" { use = plugin.guard.pii }
  stage "secrets" { use = plugin.guard.secrets }
  stage "injection" { use = plugin.guard.injection }
  stage "names" { use = plugin.guard.regex }
  dynamic "stage" {
    for_each = [1, 2, 3, 4, 5, 6, 7, 8]
    labels   = ["limits-${stage.value}"]
    content {
      use    = plugin.guard.limits
      config = { max_tokens = { most = 9000 + stage.value } }
    }
  }
  dynamic "stage" {
    for_each = [1, 2, 3, 4, 5, 6, 7, 8]
    labels   = ["voice-${stage.value}"]
    content {
      use    = plugin.transform.decorate
      config = { prepend_system = "Rule ${stage.value}." }
    }
  }
}

route "chat" {
  match { path = "/v1/*" }
  pipeline = pipeline.twenty
}

consumer "bench" {
  key  = env("BENCH_CONSUMER_KEY")
  team = "bench"
  limit {
    requests = "100M/s"
    tokens   = "1000000M/s"
  }
}
