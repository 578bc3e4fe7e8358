# What transform/template makes of prompts: yett plugin test plugins/transform/template

case "a template and its variables" {
  config = {
    templates = {
      support = {
        default = "2"
        versions = {
          "1" = { system = "You help {{name}}.", variables = { name = { required = true } } }
          "2" = {
            system    = "You help {{name}} in a {{tone}} tone.{{#if orders}} They made {{orders}} orders.{{else}} They are new.{{/if}}"
            variables = { name = { required = true }, tone = { type = "enum", values = ["warm", "plain"], default = "plain" }, orders = { type = "integer" } }
          }
        }
      }
    }
  }
  headers = { x-yett-template = "support", x-yett-variables = "{\"name\": \"Ann \\\"{{tone}}\\\"\", \"orders\": 0}" }
  system  = "Be brief."
  user    = "Hello!"
  expect {
    verdict = "tag"
    tag     = "template=support@2"
    system  = "You help Ann \"{{tone}}\" in a plain tone. They made 0 orders.\nBe brief."
    prompt  = "Hello!"
  }
}

case "a version by its name" {
  config = {
    templates = {
      support = {
        default = "2"
        versions = {
          "1" = { system = "One for {{name}}.", variables = { name = {} } }
          "2" = { system = "Two." }
        }
      }
    }
  }
  headers = { x-yett-template = "support@1" }
  expect {
    tag    = "template=support@1"
    system = "One for ."
  }
}

case "nothing of the client's but its variables" {
  config = {
    templates = {
      summary = {
        versions = {
          "1" = {
            user      = "Sum up in {{words}} words: {{text}}"
            messages  = "replace"
            variables = { text = { required = true }, words = { type = "integer", min = 10, default = 100 } }
          }
        }
      }
    }
    use    = "summary@1"
    values = { words = 50 }
  }
  headers = { x-yett-variables = "{\"text\": \"a long story\"}" }
  system  = "Be brief."
  messages = [
    { role = "user", text = "one" },
    { role = "assistant", text = "eins" },
  ]
  user = "two"
  expect {
    system = "Be brief."
    prompt = "Sum up in 50 words: a long story"
  }
}

case "a request that names none" {
  config = { templates = { support = { versions = { "1" = { system = "You help." } } } } }
  system = "Be brief."
  user   = "Hello!"
  expect {
    verdict = "continue"
    system  = "Be brief."
    prompt  = "Hello!"
  }
}

case "a request that must name one" {
  config = { templates = { support = { versions = { "1" = { system = "You help." } } } }, required = true }
  expect {
    verdict = "block"
    status  = 400
  }
}

case "a template that isn't there" {
  config  = { templates = { support = { versions = { "1" = { system = "You help." } } } } }
  headers = { x-yett-template = "sales" }
  expect {
    verdict = "block"
    status  = 400
  }
}

case "a variable of the wrong type" {
  config = {
    templates = { support = { versions = { "1" = { system = "{{orders}} orders", variables = { orders = { type = "integer" } } } } } }
  }
  headers = { x-yett-template = "support", x-yett-variables = "{\"orders\": 1.5}" }
  expect {
    verdict = "block"
    status  = 400
    reason  = "prompt template support@1: variable orders must be a whole number"
  }
}

case "a variable that is the stage's" {
  config = {
    templates = { support = { versions = { "1" = { system = "{{house}}", variables = { house = {} } } } } }
    values    = { house = "ours" }
  }
  headers = { x-yett-template = "support", x-yett-variables = "{\"house\": \"mine\"}" }
  expect {
    verdict = "block"
    status  = 400
    reason  = "house"
  }
}

case "a placeholder without a variable" {
  config = { templates = { support = { versions = { "1" = { system = "You help {{name}}." } } } } }
  expect { refused = "name" }
}
