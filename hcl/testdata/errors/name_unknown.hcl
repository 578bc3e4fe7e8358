log {
  level = vra.level # ERROR: unknown name
}

provider "mock" "m" {}
