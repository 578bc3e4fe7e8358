# Prompts are shown to a server of ours before they leave. The plugin may call that server and no other; the token
# that it sends never enters the plugin. Its source is the example of the package sdk/httpcall.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "dlp" {
  source   = "./dlp.wasm"
  on_error = "deny" # a guard that fails lets nothing through
  grant {
    log   = true
    cache = "16MiB" # what was clean a moment ago needn't be asked again
    secret = {
      DLP_TOKEN = env("DLP_TOKEN")
    }
    http {
      allow         = ["POST https://dlp.internal:8443/v1/check"]
      private       = ["10.20.0.0/16"] # dlp.internal isn't on the public internet
      timeout       = "500ms"
      request_bytes = "256KiB"
      answer_bytes  = "4KiB"
      calls         = 16 # one for each text of a prompt
    }
  }
  limit {
    instances = 64 # an instance is held while it waits
  }
  config = {
    url = "https://dlp.internal:8443/v1/check"
  }
}

pipeline "checked" {
  stage "dlp" {
    use = plugin.guard.dlp
  }
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.checked
}
