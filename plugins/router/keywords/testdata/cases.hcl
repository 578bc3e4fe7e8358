# Where router/keywords sends prompts: yett plugin test plugins/router/keywords

case "the first rule that fits" {
  config = {
    rules = [
      { any = ["python", "c++"], model = "coder" },
      { any = ["poem", "python"], model = "large" },
    ]
  }
  candidates = ["small", "coder", "large"]
  user       = "A poem about Python, please."
  expect { model = "coder" }
}

case "no rule fits" {
  config     = { rules = [{ any = ["python"], model = "coder" }], default = "large" }
  candidates = ["small", "coder", "large"]
  user       = "pythons"
  expect { model = "large" }
}

case "the model's own order" {
  config     = { rules = [{ any = ["python"], model = "coder" }] }
  candidates = ["small", "coder"]
  user       = "hi"
  expect { model = "small" }
}

case "all are there and none is" {
  config     = { rules = [{ all = ["contract", "clause"], none = ["draft"], model = 1 }] }
  candidates = ["small", "large"]
  user       = "Which clause of this\ncontract counts?"
  expect { model = "large" }
}

case "one is there that mustn't be" {
  config     = { rules = [{ all = ["contract", "clause"], none = ["draft"], model = 1 }] }
  candidates = ["small", "large"]
  user       = "Which clause of this draft contract counts?"
  expect { model = "small" }
}

case "what was said before counts where it may" {
  config = {
    rules = [
      { any = ["stack trace"], model = "large" },
      { any = ["stack trace"], in = "user", model = "coder" },
    ]
  }
  candidates = ["small", "coder", "large"]
  messages = [
    { role = "user", text = "Here is a stack  trace." },
    { role = "assistant", text = "What about it?" },
  ]
  user = "Why?"
  expect { model = "coder" }
}

case "the assistant's words aren't the user's" {
  config     = { rules = [{ any = ["python"], in = "user", model = "coder" }] }
  candidates = ["small", "coder"]
  system     = "You know Python."
  messages = [
    { role = "user", text = "hi" },
    { role = "assistant", text = "Python?" },
  ]
  user = "no"
  expect { model = "small" }
}

case "scripts without spaces" {
  config     = { rules = [{ any = ["合同"], model = "large" }] }
  candidates = ["small", "large"]
  user       = "请检查这份合同的条款。"
  expect { model = "large" }
}

case "parts of words" {
  config     = { rules = [{ any = ["ΛΌΓ"], words = false, model = "large" }] }
  candidates = ["small", "large"]
  user       = "ὁ λόγος"
  expect { model = "large" }
}

case "in a pipeline" {
  config = { rules = [{ any = ["python"], model = "coder" }] }
  models = ["coder"]
  user   = "Python?"
  expect {
    verdict = "reroute"
    model   = "coder"
  }
}

case "in a pipeline, no rule fits" {
  config = { rules = [{ any = ["python"], model = "coder" }] }
  models = ["coder"]
  user   = "hi"
  expect {
    verdict = "continue"
    model   = "model"
  }
}

case "a rule without words" {
  config = { rules = [{ model = "coder" }] }
  expect { refused = "any" }
}
