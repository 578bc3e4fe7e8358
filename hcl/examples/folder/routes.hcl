route "chat" {
  models = [model.gpt, model.claude]
}
