log {
  level = env(["a"]) # ERROR: invalid function argument
}

provider "mock" "m" {}
