# FILE ERROR: no provider
log {}
