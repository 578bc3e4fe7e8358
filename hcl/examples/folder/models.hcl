model "gpt" {
  aliases = ["gpt-*"]

  target {
    provider = provider.openai.main
    model    = "*"
  }
}

model "claude" {
  aliases = ["claude-*"]

  target {
    provider = provider.anthropic.claude
    model    = "*"
  }
}
