# Patterns and words of one's own: some are masked, some are only noted, and some end the call.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "gpt-4o" {
  target {
    provider = provider.openai.main
  }
}

plugin "guard" "regex" {
  source   = "builtin"
  on_error = "deny" # a guard that fails lets nothing through
  grant {
    scan = true # the host looks for the patterns, in linear time
  }
  config = {
    action = "mask"
    rules = [
      # Ticket numbers never leave, wherever they stand: TCK-12345 becomes [ticket].
      { name = "ticket", pattern = "\\bTCK-[0-9]{4,8}\\b" },
      # Project names are noted in the record, and pass.
      { name = "project", words = ["Rosebud", "Xanadu"], ignore_case = true, action = "tag" },
      # Prompts only: answers may talk about it.
      { name = "jailbreak", patterns = ["(?i)ignore (all )?previous instructions"], action = "block", status = 451, where = ["prompt", "tool_results"] },
    ]
    allow = ["TCK-0000"]
  }
}

pipeline "default" {
  stage "patterns" {
    use = plugin.guard.regex
  }
}

route "chat" {
  match {
    path = "/v1/*"
  }
  pipeline = pipeline.default
}
