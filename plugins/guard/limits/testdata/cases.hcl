# What guard/limits makes of conversations: yett plugin test plugins/guard/limits

case "trims the oldest turns" {
  config = { prompt = { messages = 3, over = "trim" } }
  system = "be brief"
  messages = [
    { role = "user", text = "one" },
    { role = "assistant", text = "eins" },
    { role = "user", text = "two" },
    { role = "assistant", text = "zwei" },
  ]
  user = "three"
  expect {
    verdict = "tag"
    system  = "be brief"
    prompt  = "three"
  }
}

case "refuses a long prompt" {
  config = { prompt = { tokens = 12 } }
  user   = "hello world hello world hello world"
  expect {
    verdict = "block"
    status  = 413
    reason  = "the request has 13 tokens, and 12 is the most"
  }
}

case "refuses a tool by its name" {
  config = { tools = { deny = ["shell*"] } }
  tools  = [{ name = "weather" }, { name = "shell_exec" }]
  user   = "hi"
  expect {
    verdict = "block"
    status  = 403
    reason  = "shell_exec"
  }
}

case "refuses an answer that calls a tool which isn't allowed" {
  config = { tools = { allow = ["weather"] } }
  tools  = [{ name = "weather" }]
  answer = {
    text  = "Let me look."
    calls = [{ name = "shell", arguments = "{\"run\":\"rimraf\"}" }]
  }
  expect {
    status = 403
    reason = "shell"
    answer {
      blocked = true
      arguments { lacks = "rimraf" }
    }
  }
}

case "ends long answers" {
  config = { answer = { characters = 21 } }
  answer = "Once upon a time — äh — there was a 🙂 fox."
  expect {
    answer = "Once upon a time — äh"
  }
}

case "refuses long answers" {
  config = { answer = { characters = 10, over = "block" } }
  answer = "Once upon a time — äh — there was a 🙂 fox."
  expect {
    status = 403
    reason = "the answer is longer than 10 characters"
    answer {
      blocked = true
      text { lacks = "time" }
    }
  }
}

case "leaves what is within bounds" {
  config = { prompt = { characters = 5, messages = 1 }, answer = { characters = 6 } }
  user   = "höhö!"
  answer = "naïve!"
  expect {
    prompt = "höhö!"
    answer = "naïve!"
  }
}

case "a least above the most" {
  config = { temperature = { least = 1, most = 0.5 } }
  expect { refused = "least above its most" }
}
