#include <stdio.h>
#include "greet.h"

const char *greeting(const char *whom) {
    static char text[256];
    snprintf(text, sizeof text, "hello %s from %s", whom, __FILE__);
    return text;
}
