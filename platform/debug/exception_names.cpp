// SPDX-License-Identifier: MIT
#include "debug/exception_names.h"

#include "common/bits.h"

namespace sl::debug {

const char* exception_class(u64 esr)
{
    switch (bits(esr, 31, 26)) {
    case 0x00:
        return "unknown reason";
    case 0x01:
        return "WFI or WFE";
    case 0x07:
        return "FP access";
    case 0x09:
        return "pointer authentication, trapped";
    case 0x0d:
        return "branch target";
    case 0x0e:
        return "illegal state";
    case 0x15:
        return "SVC";
    case 0x16:
        return "HVC";
    case 0x17:
        return "SMC";
    case 0x18:
        return "system register";
    case 0x19:
        return "SVE access";
    case 0x1a:
        return "ERET";
    case 0x1c:
        return "pointer authentication, failed";
    case 0x20:
        return "instruction abort, lower EL";
    case 0x21:
        return "instruction abort, same EL";
    case 0x22:
        return "PC alignment";
    case 0x24:
        return "data abort, lower EL";
    case 0x25:
        return "data abort, same EL";
    case 0x26:
        return "SP alignment";
    case 0x2c:
        return "FP exception";
    case 0x2f:
        return "SError";
    case 0x30:
        return "breakpoint, lower EL";
    case 0x31:
        return "breakpoint, same EL";
    case 0x32:
        return "software step, lower EL";
    case 0x33:
        return "software step, same EL";
    case 0x34:
        return "watchpoint, lower EL";
    case 0x35:
        return "watchpoint, same EL";
    case 0x3c:
        return "BRK";
    default:
        return "other class";
    }
}

const char* exception_name(unsigned kind, u64 esr)
{
    switch (kind) {
    case 0:
        return exception_class(esr);
    case 1:
        return "IRQ";
    case 2:
        return "FIQ";
    default:
        return "SError";
    }
}

} // namespace sl::debug
