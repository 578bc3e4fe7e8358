# A provider's whole API below its name: /openai/files, /openai/batches, ... with the gateway's key.
# Stages don't see these bodies, so this is a route of its own.

provider "openai" "openai" {
  api_key = env("OPENAI_API_KEY")
}

consumer "batch" {
  key  = env("BATCH_KEY")
  team = "batch"
}

consumer "app" {
  key  = env("APP_KEY")
  team = "app"
}

route "raw" {
  match {
    path = "/openai/*"
    when = consumer.team == "batch"
  }
  passthrough = [provider.openai.openai]
}

route "chat" {
  match {
    path = "/v1/*"
  }
}
