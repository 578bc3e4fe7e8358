# What guard/schema lets through: yett plugin test plugins/guard/schema

case "a text that fits" {
  config = { schema = { type = "object", required = ["name"], properties = { name = { type = "string" } } } }
  answer = "{\"name\": \"Ann\"}"
  expect { answer = "{\"name\": \"Ann\"}" }
}

case "a text that doesn't fit" {
  config = { schema = { type = "object", properties = { age = { type = "integer", minimum = 0 } } } }
  answer = "{\"name\": \"walrus\", \"age\": -7}"
  expect {
    status = 502
    reason = "the answer doesn't fit its schema: minimum at /age"
    answer {
      blocked = true
      text { lacks = "walrus" }
    }
  }
}

case "prose" {
  config = { schema = { type = "object" } }
  answer = "Sure! Here it is: {\"name\": \"walrus\"}"
  expect {
    status = 502
    reason = "the answer is no JSON: a value is missing, at byte 0"
    answer {
      blocked = true
      text { lacks = "walrus" }
    }
  }
}

case "fences are taken away" {
  config = { schema = { type = "object" }, allow_fences = true }
  answer = "```json\n{\"name\": \"Ann\"}\n```"
  expect { answer = "{\"name\": \"Ann\"}" }
}

case "nobody asked for JSON" {
  answer = "plain words"
  expect { answer = "plain words" }
}

case "a call that fits its tool" {
  tools = [
    { name = "pay", schema = { type = "object", required = ["sum"], properties = { sum = { type = "integer" } } } },
    { name = "note", schema = { type = "object", additionalProperties = false, properties = { text = { type = "string" } } } },
  ]
  answer = { text = "I'll note it.", calls = [{ name = "note", arguments = "{\"text\":\"walrus\"}" }] }
  expect {
    answer {
      text      = "I'll note it."
      arguments = "{\"text\":\"walrus\"}"
    }
  }
}

case "a call that fits another tool" {
  tools = [
    { name = "pay", schema = { type = "object", required = ["sum"], properties = { sum = { type = "integer" } } } },
    { name = "note", schema = { type = "object", additionalProperties = false, properties = { text = { type = "string" } } } },
  ]
  answer = { calls = [{ name = "pay", arguments = "{\"text\":\"walrus\"}" }] }
  expect {
    status = 502
    reason = "a call of tool pay doesn't fit its schema: required at the top: sum is missing"
    answer {
      blocked = true
      arguments { lacks = "walrus" }
    }
  }
}

case "the second of two calls doesn't fit" {
  tools = [
    { name = "pay", schema = { type = "object", required = ["sum"], properties = { sum = { type = "integer" } } } },
    { name = "note", schema = { type = "object", additionalProperties = false, properties = { text = { type = "string" } } } },
  ]
  answer = {
    calls = [
      { name = "note", arguments = "{\"text\":\"seven\"}" },
      { name = "pay", arguments = "{\"sum\":\"walrus\"}" },
    ]
  }
  expect {
    status = 502
    reason = "a call of tool pay doesn't fit its schema: type at /sum"
    answer {
      blocked = true
      arguments { lacks = "walrus" }
    }
  }
}

case "a call of a tool that isn't declared" {
  tools  = [{ name = "note", schema = { type = "object" } }]
  answer = { calls = [{ name = "pay", arguments = "{\"sum\":7}" }] }
  expect {
    status = 502
    reason = "the answer calls a tool that the request doesn't declare"
    answer {
      blocked = true
      arguments { lacks = "sum" }
    }
  }
}

case "the configuration's schema goes before the declared one" {
  config = { tools = { pay = { properties = { sum = { maximum = 100 } } } } }
  tools  = [{ name = "pay", schema = { type = "object" } }]
  answer = { calls = [{ name = "pay", arguments = "{\"sum\":101}" }] }
  expect {
    status = 502
    reason = "a call of tool pay doesn't fit its schema: maximum at /sum"
    answer {
      blocked = true
      arguments { lacks = "sum" }
    }
  }
}

case "calls aren't looked at" {
  config = { tools = "off" }
  tools  = [{ name = "pay", schema = { type = "object", required = ["sum"] } }]
  answer = { calls = [{ name = "pay", arguments = "{}" }] }
  expect {
    answer { arguments = "{}" }
  }
}

case "a tool whose schema can't be checked" {
  tools = [{ name = "pay", schema = { type = "object", properties = { sum = { "$ref" = "other.json" } } } }]
  expect {
    verdict = "block"
    status  = 400
    reason  = "the schema of tool pay can't be used: at /properties/sum/$ref"
  }
}

case "a schema that isn't one" {
  config = { schema = { type = "text" } }
  expect { refused = "there is no such type" }
}
