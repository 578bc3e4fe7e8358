# Models on your own machines: anything that speaks OpenAI's chat API. Here, Ollama and vLLM.

provider "openai_compatible" "ollama" {
  base_url = "http://127.0.0.1:11434/v1"

  # A cold model takes its time.
  deadline {
    headers     = "180s"
    first_token = "180s"
  }
}

provider "openai_compatible" "vllm" {
  base_url    = "https://gpu.internal.example.com/v1"
  api_key     = env("VLLM_KEY")
  connections = 64
  headers = {
    x-team = "platform"
  }
}

model "llama" {
  aliases  = ["llama-*"]
  strategy = "round_robin"

  target {
    provider = provider.openai_compatible.ollama
    model    = "llama3.3"
  }
  target {
    provider = provider.openai_compatible.vllm
    model    = "meta-llama/Llama-3.3-70B-Instruct"
  }
}

# Whatever else Ollama has, as "ollama/NAME".
model "ollama" {
  aliases = ["ollama/*"]

  target {
    provider    = provider.openai_compatible.ollama
    model       = "*"
    trim_prefix = "ollama/"
  }
}
