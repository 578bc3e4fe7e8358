# Who may call, and how much. As soon as one consumer is declared, every request needs a key.

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

# Keys are hashed when they are read, and forgotten.
consumer "research" {
  key  = env("RESEARCH_KEY")
  team = "research"
  tags = {
    cost-center = "4711"
  }

  limit {
    requests   = "100/s"
    tokens     = "2M/h"
    concurrent = 50
  }
}

# Two keys at once: give out the new one, then take the old one away.
consumer "website" {
  keys   = [env("WEBSITE_KEY"), env("WEBSITE_KEY_NEXT")]
  team   = "web"
  models = [model.gpt-4o-mini]

  limit {
    requests = "60/m"
    tokens   = "100k/day"
  }
}

# Only the hash of the key is in the file.
consumer "batch" {
  key_sha256 = ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
  team       = "research"
}

# Everybody may list models.
route "models" {
  anonymous = true

  match {
    path   = "/v1/models*"
    method = "GET"
  }
}

route "chat" {
  match {
    path = "/v1/*"
  }
}
