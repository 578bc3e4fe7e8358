plugin "guard" "pii" {
  grant {
    cache = "1KiB" # ERROR: wrong value of cache
    llm {
      models = [model.jugde] # ERROR: unknown model
      tokens = "many"        # ERROR: wrong value of tokens
    }
  }
}

provider "mock" "m" {}

model "judge" {
  target { provider = provider.mock.m }
}
