# Where router/complexity sends prompts: yett plugin test plugins/router/complexity

case "a simple prompt" {
  candidates = ["small", "large"]
  user       = "hi"
  expect { model = "small" }
}

case "a hard prompt" {
  candidates = ["small", "large"]
  user       = "Prove the theorem step by step, then derive and analyze the algorithm's complexity."
  expect { model = "large" }
}

case "by name" {
  candidates = ["small", "large"]
  config     = { simple = "large" }
  user       = "hi"
  expect { model = "large" }
}

case "in a pipeline, a hard prompt" {
  config = { reroute = { simple = "small", complex = "large" } }
  models = ["small", "large"]
  user   = "Prove the theorem step by step, then derive and analyze the algorithm's complexity."
  expect {
    verdict = "reroute"
    model   = "large"
  }
}

case "a threshold that isn't one" {
  config = { threshold = 101 }
  expect { refused = "threshold" }
}
