case "refuses a prompt" {
  config = { words = ["rosebud"], status = 451 }
  user   = "What is RoseBud?"
  expect {
    verdict = "block"
    status  = 451
    reason  = "a word in it isn't allowed here"
  }
}

case "masks a prompt" {
  config = { words = ["rose", "rosebud"], action = "mask" }
  system = "Say rosebud."
  user   = "A rose, é Rosebud."
  answer = "Yes."
  expect {
    system = "Say ***."
    prompt = "A ***, é ***."
    answer = "Yes."
  }
}

case "masks an answer" {
  config = { words = ["rose", "rosebud"], action = "mask", mask = "*" }
  user   = "What is it called?"
  answer = "It is called rosebud, é, or ROSE; rosebu d ro"
  expect { answer = "It is called *, é, or *; *bu d ro" }
}

case "refuses an answer" {
  config = { words = ["rosebud"] }
  user   = "What is it called?"
  answer = "It is called rosebud."
  expect { answer = { blocked = true, text = { lacks = "rosebud" } } }
}

case "needs words" {
  config = { words = [] }
  expect { refused = "words" }
}
