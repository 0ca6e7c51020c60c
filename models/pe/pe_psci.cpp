// SPDX-License-Identifier: MIT
#include "pe/pe.h"

namespace sl::pe {

namespace {

// Function identifiers and results: DEN0022 (PSCI 1.1) and DEN0028 (SMCCC 1.1).
constexpr u32 smc64 = 0x4000'0000;
constexpr u32 smccc_version = 0x8000'0000, smccc_arch_features = 0x8000'0001;
constexpr u32 psci_version = 0x8400'0000, cpu_suspend = 0x8400'0001, cpu_off = 0x8400'0002,
              cpu_on_id = 0x8400'0003, affinity_info_id = 0x8400'0004,
              migrate_info_type = 0x8400'0006, system_off = 0x8400'0008, system_reset = 0x8400'0009,
              psci_features = 0x8400'000a;

constexpr s64 success = 0, not_supported = -1, invalid_parameters = -2, already_on = -4,
              on_pending = -5, invalid_address = -9;
constexpr u64 version_1_1 = 0x0001'0001;

/// Functions that have a 64-bit form.
constexpr bool has_smc64(u32 function)
{
    return function == cpu_suspend || function == cpu_on_id || function == affinity_info_id;
}

/// PSCI_FEATURES and SMCCC_ARCH_FEATURES: 0 for what exists.
s64 exists(u32 function)
{
    const bool wide = (function & smc64) != 0;
    const u32 base = function & ~smc64;
    switch (base) {
    case psci_version:
    case cpu_suspend: // original format of power_state, no OS-initiated mode
    case cpu_off:
    case cpu_on_id:
    case affinity_info_id:
    case migrate_info_type:
    case system_off:
    case system_reset:
    case psci_features:
    case smccc_version:
    case smccc_arch_features:
        return wide && !has_smc64(base) ? not_supported : success;
    default:
        return not_supported;
    }
}

} // namespace

/// SMC, or HVC without EL2, where no EL3 exists: what platforms without EL3 code have for firmware.
void Pe::firmware_call()
{
    const auto function = static_cast<u32>(state_.x[0]);
    const bool wide = (function & smc64) != 0;
    const auto argument = [&](unsigned n) { return wide ? state_.x[n] : state_.x[n] & ones(32); };
    state_.x[0] = psci(function, argument(1), argument(2), argument(3));
    charge(config_.profile.firmware_call);
    synchronize();
    state_.pc += 4; // as the return from an exception would
}

u64 Pe::psci(u32 function, u64 x1, u64 x2, u64 x3)
{
    const auto result = [](s64 code) { return static_cast<u64>(code); };
    if (exists(function) != success) {
        report("unknown firmware function", function);
        return result(not_supported);
    }
    switch (function & ~smc64) {
    case psci_version:
    case smccc_version:
        return version_1_1;
    case psci_features:
    case smccc_arch_features:
        return result(exists(static_cast<u32>(x1)));
    case migrate_info_type:
        return 2; // no Trusted OS that would need migration
    case cpu_on_id:
        return result(cpu_on(x1, x2, x3));
    case affinity_info_id:
        return result(affinity_info(x1, x2));
    case cpu_suspend:
        // One state exists, standby, which keeps everything.
        if (x1 != 0)
            return result(invalid_parameters);
        refresh_lines();
        if (!wakes_wfi()) {
            wait_ = Wait::Wfi;
            core_->engine.request_stop(a64::Stop::Halted);
        }
        return result(success);
    case cpu_off:
        power_ = System::Power::Off;
        monitor_.clear();
        core_->engine.request_stop(a64::Stop::Halted);
        return result(success);
    default: // SYSTEM_OFF and SYSTEM_RESET
        system_.system_off(number(), (function & ~smc64) == system_reset, now_ps());
        request_stop();
        return result(success);
    }
}

s64 Pe::cpu_on(u64 affinity, u64 entry, u64 context)
{
    const auto target = system_.power(affinity);
    if (!target)
        return invalid_parameters;
    if (entry % 4 || !bus_.direct(entry, false).host)
        return invalid_address;
    if (*target == System::Power::On)
        return already_on;
    if (*target == System::Power::OnPending)
        return on_pending;
    const u8 el = config_.has_el2 ? 2 : 1;
    system_.power_on(number(), affinity, entry, context, el,
                     now_ps() + clock_.ps(config_.profile.cross_pe_latency));
    return success;
}

s64 Pe::affinity_info(u64 affinity, u64 level) const
{
    const auto target = system_.power(affinity);
    if (level != 0 || !target)
        return invalid_parameters;
    switch (*target) {
    case System::Power::On:
        return 0;
    case System::Power::Off:
        return 1;
    case System::Power::OnPending:
        break;
    }
    return 2;
}

} // namespace sl::pe
