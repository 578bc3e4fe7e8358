# Everything a small installation has on: consumers, rate and token limits, metrics, the access log.

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

route "chat" {
  match { path = "/v1/*" }
}

consumer "bench" {
  key  = env("BENCH_CONSUMER_KEY")
  team = "bench"
  limit {
    requests = "100M/s"
    tokens   = "1000000M/s"
  }
}

