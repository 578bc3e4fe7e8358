provider "mock" "m" { # ERROR: unclosed configuration block
