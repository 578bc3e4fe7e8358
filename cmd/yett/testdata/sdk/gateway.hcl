# The gateway that the SDK test runs: both vendors' APIs, each in front of its own mock.
listener "public" {
  address = "127.0.0.1:0"
}

provider "openai" "mock" {
  base_url = env("MOCK_OPENAI")
  api_key  = env("MOCK_KEY")
}

provider "anthropic" "mock" {
  base_url = env("MOCK_ANTHROPIC")
  api_key  = env("MOCK_KEY")
}

model "gpt-mock" {
  target {
    provider = provider.openai.mock
    model    = "gpt-mock"
  }
}

model "embed-mock" {
  target {
    provider = provider.openai.mock
    model    = "embed-mock"
  }
}

model "claude-mock" {
  target {
    provider = provider.anthropic.mock
    model    = "claude-mock"
  }
}

route "all" {
  models = [model.gpt-mock, model.embed-mock, model.claude-mock]
}

consumer "test" {
  key = env("YETT_KEY")
}
