const char *greeting(const char *whom);
