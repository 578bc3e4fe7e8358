plugin "transform" "template" {} # ERROR: configuration the plugin refuses

provider "mock" "m" {}
