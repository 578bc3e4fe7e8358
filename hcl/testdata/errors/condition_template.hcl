route "r" {
  match {
    when = "${request.model}x" == "ax" # ERROR: no templates in conditions
  }
}

provider "mock" "m" {}
