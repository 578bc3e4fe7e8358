# Equal requests get equal answers, without asking the provider again.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

consumer "docs" {
  key  = env("DOCS_KEY")
  team = "docs"
}

consumer "search" {
  key  = env("SEARCH_KEY")
  team = "docs"
}

route "chat" {
  models = [model.gpt-4o]

  cache {
    ttl         = "6h"
    partition   = "team" # docs and search share answers; "consumer" would keep them apart
    coalesce    = true   # equal requests at one time ask the provider once
    max_bytes   = "256MiB"
    entry_bytes = "512KiB"
  }
}
