# Prompts live here, with versions; clients send a name and data:
# {"model": "gpt-4o", "prompt": {"id": "support", "variables": {"name": "Ann"}}, "messages": [...]}

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "transform" "template" {
  config = {
    templates = {
      support = {
        default = "2" # for those who name no version; "1" stays for those who do
        versions = {
          "1" = {
            system    = "You help {{name}}."
            variables = { name = { required = true } }
          }
          "2" = {
            system = <<-EOT
              You help {{name}} in a {{tone}} tone.
              {{#if orders}}They have made {{orders}} orders.{{else}}They are new here.{{/if}}
            EOT
            variables = {
              name   = { required = true, max = 80 }
              tone   = { type = "enum", values = ["warm", "plain"], default = "plain" }
              orders = { type = "integer", min = 0 }
            }
          }
        }
      }
      summary = {
        versions = {
          "1" = {
            user     = "Sum up in at most {{words}} words:\n\n{{text}}"
            messages = "replace" # nothing of the client's but its variables
            variables = {
              text  = { required = true }
              words = { type = "integer", min = 10, max = 500, default = 100 }
            }
          }
        }
      }
    }
  }
}

pipeline "chosen" {
  stage "prompt" {
    use = plugin.transform.template
  }
}

# Here every request is a summary, and clients have no say in its length.
pipeline "summary" {
  stage "prompt" {
    use = plugin.transform.template
    config = {
      use    = "summary@1"
      values = { words = 50 }
    }
  }
}

route "summary" {
  match {
    path = "/v1/*"
    when = request.header["x-app"] == "digest"
  }
  pipeline = pipeline.summary
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.chosen
}
