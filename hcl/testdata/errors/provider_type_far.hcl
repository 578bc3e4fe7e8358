provider "llamafile" "main" {} # ERROR: unknown provider type

provider "mock" "m" {}
