#include <crmvalue/crmvalue.h>

int main(void) {
    int64_t value = -1;
    return crmv_constant("CRMV_OK", &value) == CRMV_OK && value == CRMV_OK ? 0 : 1;
}
