# The smallest useful configuration: one provider.
#
# Nothing else is written, so there is a listener at 127.0.0.1:8080, OpenAI's models are reachable under
# their own names ("gpt-4o") and as "main/gpt-4o", and one route serves them.

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}
