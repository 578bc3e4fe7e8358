# As pass.hcl, and one plugin looks at every text.

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

pipeline "one" {
  stage "redact" { use = plugin.guard.pii }
}

route "chat" {
  match { path = "/v1/*" }
  pipeline = pipeline.one
}

consumer "bench" {
  key  = env("BENCH_CONSUMER_KEY")
  team = "bench"
  limit {
    requests = "100M/s"
    tokens   = "1000000M/s"
  }
}

