# Every conversation gets the house's own system prompt.

provider "anthropic" "claude" {
  api_key = env("ANTHROPIC_API_KEY")
}

model "claude" {
  aliases = ["claude-*"]

  target {
    provider = provider.anthropic.claude
    model    = "claude-sonnet-4-5"
  }
}

plugin "transform" "decorate" {
  config = {
    prepend_system = file("voice.txt") # relative to this file
    append_system  = "The person you talk to works for {{team}}."
  }
}

pipeline "house" {
  stage "voice" {
    use = plugin.transform.decorate
  }
  stage "shout-in-test" {
    use  = plugin.transform.decorate
    when = request.header["x-env"] == "test"
    config = {
      prepend_system = "THIS IS A TEST."
      append_system  = ""
    }
  }
}

route "chat" {
  pipeline = pipeline.house
}
