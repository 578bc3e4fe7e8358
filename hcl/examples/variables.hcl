# Values from outside, and values used more than once.
#
#   yett serve --var region=eu variables.hcl
#   YETT_VAR_region=eu yett serve variables.hcl

variable "region" {
  type        = string
  default     = "us"
  description = "Where requests are answered."
}

variable "teams" {
  type    = list(string)
  default = ["research", "support"]
}

locals {
  address = { us = "https://us.example.com/v1", eu = "https://eu.example.com/v1" }
  name    = "house-${var.region}"
}

provider "openai_compatible" "house" {
  base_url = lookup(local.address, var.region, local.address.us)
  api_key  = env("HOUSE_KEY_${upper(var.region)}", "no-key-needed")
}

model "house" {
  aliases = [local.name]

  target {
    provider = provider.openai_compatible.house
  }
}

# One consumer for each team.
dynamic "consumer" {
  for_each = var.teams
  labels   = [consumer.value]

  content {
    key  = env("KEY_${upper(consumer.value)}")
    team = consumer.value
  }
}
