# A listener with TLS for the network, and a plain one for this machine.

listener "public" {
  address     = ":8443"
  body_bytes  = "8MiB"
  head_time   = "5s"
  connections = 10000

  tls {
    certificate = "certificate.pem"
    key         = "key.pem"
  }
}

listener "local" {
  address = "127.0.0.1:8080"
}

admin {
  address = "127.0.0.1:9090"
}

log {
  level  = "info"
  format = "json"
  access = true
}

provider "openai" "main" {
  api_key = env("OPENAI_API_KEY")
}

consumer "app" {
  key = env("APP_KEY")
}
