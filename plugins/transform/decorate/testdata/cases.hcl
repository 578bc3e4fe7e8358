# What transform/decorate makes of prompts: yett plugin test plugins/transform/decorate

case "nothing to do" {
  system = "s"
  user   = "u"
  expect {
    system = "s"
    prompt = "u"
  }
}

case "around the system prompt" {
  config = { prepend_system = "Before.", append_system = "After." }
  system = "Middle."
  user   = "hi"
  expect {
    system = "Before.\nMiddle.\nAfter."
    prompt = "hi"
  }
}

case "a system prompt where there was none" {
  config = { append_system = "Be brief, {{consumer}} of {{team}}." }
  consumer = "ann"
  team     = "red"
  expect { system = "Be brief, ann of red." }
}

case "around what the user says" {
  config   = { prepend_user = "<", append_user = "> {{header.x-a}}/{{tag.tier}}/{{var.v}}", variables = { v = "\"quoted\"" } }
  headers  = { x-a = "a" }
  tags     = { tier = "gold" }
  messages = [
    { role = "user", text = "one" },
    { role = "assistant", text = "two" },
    { role = "user", parts = ["three", "four"] },
  ]
  expect { prompt = "<one\ntwo\nthree\nfour> a/gold/\"quoted\"" }
}

case "a variable that isn't there" {
  config = { append_user = "{{var.x}}" }
  expect { refused = "no variable x" }
}
