provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

model "smart" {
  target {
    provider = provider.opnai.main
  }
}

route "all" {}

route "chat" {
  match {
    path = "/v1/*"
  }
}

locals {
  text = upper(
    1,
    2,
  )
}
