# What guard/secrets makes of conversations: yett plugin test plugins/guard/secrets

case "masks what is in a prompt" {
  system = "Deploy with AKIAQ3EGRZ5XW7NPL2KD, please."
  messages = [
    { role = "user", text = "My token is ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4" },
    { role = "assistant", text = "And the database?" },
  ]
  user = "postgres://app:s3cr3tPa55@db.internal:5432/app"
  expect {
    verdict = "tag"
    tag     = "secrets=masked"
    system  = "Deploy with [CLOUD_KEY], please."
    prompt  = "My token is [FORGE_TOKEN]\nAnd the database?\npostgres://app:[CONNECTION_PASSWORD]@db.internal:5432/app"
  }
}

case "keeps names, and masks their values" {
  user = "password = \"Tr0ub4dor&3\" # DB_PASSWORD=pa55w0rdX9k\napi_key: '9f86d081884c7d659a2feaa0c55ad015'"
  expect {
    verdict = "tag"
    prompt  = "password = \"[SECRET]\" # DB_PASSWORD=[SECRET]\napi_key: '[SECRET]'"
  }
}

case "takes a private key with its body" {
  user = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n-----END PRIVATE KEY-----\nIs it safe?"
  expect {
    prompt = "[PRIVATE_KEY]\nIs it safe?"
  }
}

case "looks into tool calls and their results" {
  tools = [{ name = "push", description = "pushes with npm_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4" }]
  messages = [
    { role = "user", text = "push it" },
    { role = "assistant", calls = [{ id = "call_1", name = "push", arguments = "{\"token\":\"ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4\",\"n\":1}" }] },
    { role = "tool", id = "call_1", text = "pushed, Authorization: Bearer x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5" },
  ]
  expect {
    verdict = "tag"
    prompt {
      contains = ["push it", "{\"token\":\"[FORGE_TOKEN]\",\"n\":1}", "Authorization: Bearer [AUTH_HEADER]"]
      lacks    = "x7Kq2mZt9Lw4"
    }
  }
}

case "masks what is in an answer" {
  answer = "Use sk-ant-api03-x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4 with curl -u admin:hunter2xQ9 👋. Done — Jöe"
  expect {
    verdict = "continue"
    answer  = "Use [AI_KEY] with curl -u admin:[CONNECTION_PASSWORD] 👋. Done — Jöe"
  }
}

case "masks the arguments of an answer's tool call" {
  tools = [{ name = "login" }]
  answer = {
    text  = "Logging in."
    calls = [{ name = "login", arguments = "{\"password\":\"hunter2!x\",\"user\":\"ann\"}" }]
  }
  expect {
    answer {
      text      = "Logging in."
      arguments = "{\"password\":\"[SECRET]\",\"user\":\"ann\"}"
    }
  }
}

# Reasoning that Anthropic has signed can't be changed.
case "masks reasoning" {
  dialects = ["openai.chat"]
  answer = {
    reasoning = "The key is glpat-x7Kq2mZt9Lw4Rb8Nc3Vd, I think."
    text      = "I have the key."
  }
  expect {
    answer {
      text      = "I have the key."
      reasoning = "The key is [FORGE_TOKEN], I think."
    }
  }
}

case "sees through base64 in a prompt" {
  user = "see Z2hwX3g3S3EybVp0OUx3NFJiOE5jM1ZkNllmMUhqNUdwMFNzMlVhNA== here"
  expect {
    prompt = "see [FORGE_TOKEN] here"
  }
}

case "hashes" {
  config = { action = "hash", salt = "acme" }
  user   = "npm_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4 and npm_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4"
  answer = "It was npm_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4."
  expect {
    verdict = "tag"
    prompt {
      contains = "[REGISTRY_TOKEN:"
      lacks    = "npm_"
    }
    answer {
      text {
        contains = "It was [REGISTRY_TOKEN:"
        lacks    = "npm_"
      }
    }
  }
}

case "blocks a prompt" {
  config = { action = "block", status = 451 }
  user   = "ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4"
  expect {
    verdict = "block"
    status  = 451
    reason  = "FORGE_TOKEN"
    answer {
      text { lacks = "ghp_" }
    }
  }
}

case "blocks an answer before any of the secret is out" {
  config = { action = "block" }
  answer = "The token is ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4, I think."
  expect {
    verdict = "continue"
    status  = 403
    reason  = "FORGE_TOKEN"
    answer {
      blocked = true
      text { lacks = ["ghp_", "I think"] }
    }
  }
}

case "looks at requests only" {
  config = { direction = "request" }
  user   = "ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4"
  answer = "ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4"
  expect {
    prompt = "[FORGE_TOKEN]"
    answer = "ghp_x7Kq2mZt9Lw4Rb8Nc3Vd6Yf1Hj5Gp0Ss2Ua4"
  }
}

case "lets what is allowed pass" {
  config = { allow = ["AKIAIOSFODNN7EXAMPLE", "sk_test_*"] }
  user   = "AKIAIOSFODNN7EXAMPLE, sk_test_x7Kq2mZt9Lw4Rb8Nc3Vd"
  expect {
    verdict = "continue"
    prompt  = "AKIAIOSFODNN7EXAMPLE, sk_test_x7Kq2mZt9Lw4Rb8Nc3Vd"
  }
}

case "leaves what is harmless" {
  user   = "password: $${DB_PASSWORD}, max_tokens: 4096, commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b, https://localhost:8080/x@y"
  answer = "token = self.tokens.next_token; the secret of success: hard work"
  expect {
    verdict = "continue"
    prompt  = "password: $${DB_PASSWORD}, max_tokens: 4096, commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b, https://localhost:8080/x@y"
    answer  = "token = self.tokens.next_token; the secret of success: hard work"
  }
}

case "knows its actions" {
  config = { action = "burn" }
  expect { refused = "action" }
}
