# What guard/pii makes of conversations: yett plugin test plugins/guard/pii

case "masks what is in a prompt" {
  system = "Ann's number is (555) 234-5678."
  messages = [
    { role = "user", text = "My card is 4111 1111 1111 1111" },
    { role = "assistant", text = "And your address?" },
  ]
  user = "joe.doe@example.com, IBAN DE89 3704 0044 0532 0130 00"
  expect {
    verdict = "continue"
    system  = "Ann's number is [PHONE_NUMBER]."
    prompt  = "My card is [CREDIT_CARD]\nAnd your address?\n[EMAIL_ADDRESS], IBAN [IBAN_CODE]"
  }
}

case "looks into tool calls and their results" {
  tools = [{ name = "mail" }]
  messages = [
    { role = "user", text = "mail Joe" },
    { role = "assistant", calls = [{ id = "call_1", name = "mail", arguments = "{\"to\":\"joe.doe@example.com\"}" }] },
    { role = "tool", id = "call_1", text = "sent to joe.doe@example.com" },
  ]
  expect {
    prompt {
      contains = ["mail Joe", "{\"to\":\"[EMAIL_ADDRESS]\"}", "sent to [EMAIL_ADDRESS]"]
      lacks    = "joe.doe"
    }
  }
}

case "masks what is in an answer" {
  answer = "Call (555) 234-5678 or 10.0.0.1. SSN 536-90-4399. Bye — Jöe 👋"
  expect {
    answer = "Call [PHONE_NUMBER] or [IP_ADDRESS]. SSN [US_SSN]. Bye — Jöe 👋"
  }
}

case "masks the arguments of an answer's tool call" {
  tools  = [{ name = "pay" }]
  answer = {
    text  = "Paying."
    calls = [{ name = "pay", arguments = "{\"card\":\"4111 1111 1111 1111\",\"n\":1}" }]
  }
  expect {
    answer {
      text      = "Paying."
      arguments = "{\"card\":\"[CREDIT_CARD]\",\"n\":1}"
    }
  }
}

case "restores what it masked" {
  config = { restore = true }
  user   = "Write to joe.doe@example.com"
  answer = "I wrote to [EMAIL_ADDRESS_1]."
  expect {
    prompt = "Write to [EMAIL_ADDRESS_1]"
    answer = "I wrote to joe.doe@example.com."
  }
}

case "blocks a prompt" {
  config = { action = "block", status = 451 }
  user   = "My card is 4111 1111 1111 1111"
  expect {
    verdict = "block"
    status  = 451
    reason  = "CREDIT_CARD"
    answer {
      text { lacks = "4111" }
    }
  }
}

case "blocks an answer before any of it is out" {
  config = { action = "block" }
  answer = "The card is 4111 1111 1111 1111, I think."
  expect {
    verdict = "continue"
    status  = 403
    reason  = "CREDIT_CARD"
    answer {
      blocked = true
      text { lacks = ["4111", "I think"] }
    }
  }
}

case "leaves what is harmless" {
  user   = "Order 4111 of 2024-05-06, version 1.2.3, at 10:30"
  answer = "Order 4111 of 2024-05-06, version 1.2.3, at 10:30"
  expect {
    prompt = "Order 4111 of 2024-05-06, version 1.2.3, at 10:30"
    answer = "Order 4111 of 2024-05-06, version 1.2.3, at 10:30"
  }
}

case "hashes need a key" {
  config = { action = "hash" }
  expect { refused = "key" }
}
