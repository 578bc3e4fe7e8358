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
  stage "limits0" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9000 } }
  }
  stage "limits1" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9001 } }
  }
  stage "limits2" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9002 } }
  }
  stage "limits3" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9003 } }
  }
  stage "limits4" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9004 } }
  }
  stage "limits5" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9005 } }
  }
  stage "limits6" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9006 } }
  }
  stage "limits7" {
    use    = plugin.guard.limits
    config = { max_tokens = { most = 9007 } }
  }
  stage "voice0" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 0." }
  }
  stage "voice1" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 1." }
  }
  stage "voice2" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 2." }
  }
  stage "voice3" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 3." }
  }
  stage "voice4" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 4." }
  }
  stage "voice5" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 5." }
  }
  stage "voice6" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 6." }
  }
  stage "voice7" {
    use    = plugin.transform.decorate
    config = { prepend_system = "Rule 7." }
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
