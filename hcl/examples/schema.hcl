# Whoever asks for JSON gets JSON that fits, or an error; arguments of tool calls fit what their tools declare.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "schema" {
  on_error = "deny" # what can't be checked doesn't pass
}

# The schema of the request itself: response_format = { type = "json_schema", … }
pipeline "structured" {
  stage "fits" {
    use = plugin.guard.schema
    config = {
      allow_fences = true # what smaller models put around their JSON is taken away
    }
  }
}

# A schema of the house's own, whatever the request says.
pipeline "tickets" {
  stage "ticket" {
    use = plugin.guard.schema
    config = {
      tools = "off"
      schema = {
        type                 = "object"
        additionalProperties = false
        required             = ["title", "severity"]
        properties = {
          title    = { type = "string", minLength = 1, maxLength = 80 }
          severity = { enum = ["low", "high"] }
          related  = { type = "array", uniqueItems = true, items = { "$ref" = "#/$defs/id" } }
        }
        "$defs" = {
          id = { type = "string", pattern = "^T-\\d+$" }
        }
      }
    }
  }
}

route "tickets" {
  match {
    path = "/v1/*"
    when = request.header["x-app"] == "tickets"
  }
  pipeline = pipeline.tickets
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.structured
}
