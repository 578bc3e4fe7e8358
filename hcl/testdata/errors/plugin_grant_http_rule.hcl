plugin "guard" "pii" {
  grant {
    http {
      allow = [
        "POST https://dlp.example.com/v1/*",
        "https://dlp.example.com",            # ERROR: invalid rule of allow
        "FETCH https://dlp.example.com",      # ERROR: invalid rule of allow
        "GET ftp://dlp.example.com",          # ERROR: invalid rule of allow
        "GET https://*.example.com",          # ERROR: invalid rule of allow
        "GET https://a:b@dlp.example.com",    # ERROR: invalid rule of allow
        "GET https://dlp.example.com:99999/", # ERROR: invalid rule of allow
        "GET https://dlp.example.com/*/x",    # ERROR: invalid rule of allow
      ]
      private = ["10.0.0.0/8", "ten"] # ERROR: invalid network
    }
  }
}

provider "mock" "m" {}
